"""HTTP responses for errors: a status, a code, and a sentence for people."""
