"""What use cases leave in the journal: what they touched, and who looked at what."""
