"""The figures of reports: indicators, cells, counters."""
