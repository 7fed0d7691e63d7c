"""Which case a resident's words belong to: what is known of the talk, what the words say, and the rules."""
