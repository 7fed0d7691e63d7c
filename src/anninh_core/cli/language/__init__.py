"""The language of the command line: English, or Vietnamese by its catalogue."""
