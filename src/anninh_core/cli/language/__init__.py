"""In which language the command line speaks: English, or Vietnamese by its catalogue."""
