"""Protection by cookies, form tokens and headers, so that no other site can act in an officer's name."""
