"""Files: encrypted in the blob store, cleaned before they are sent, and kept while something refers to them."""
