"""Files over HTTP: uploads in pieces, downloads by a URL."""
