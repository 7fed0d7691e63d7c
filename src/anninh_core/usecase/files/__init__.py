"""Files: encrypted in the blob store, cleaned before they go out, and kept while something names them."""
