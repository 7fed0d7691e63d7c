"""The JSON API: what a person may do in Python, another program does over HTTP. Needs the extra `web`."""
