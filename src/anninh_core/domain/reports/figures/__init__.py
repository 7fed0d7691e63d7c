"""The figures of reports, with the indicators, cells and counters from which they are computed."""
