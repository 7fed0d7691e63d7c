"""What both engines share: the port in plain SQL, one file a subject."""
