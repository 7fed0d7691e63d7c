"""What an error becomes on its way to whoever asked over HTTP: a status, a code, and a sentence for people."""
