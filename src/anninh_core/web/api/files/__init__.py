"""Files over HTTP: clients upload them in pieces and download them by a URL."""
