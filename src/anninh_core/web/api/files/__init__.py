"""Files over HTTP: uploads in pieces, downloads by an address."""
