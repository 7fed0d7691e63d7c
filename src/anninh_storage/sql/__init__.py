"""The code that both engines share: the storage port in plain SQL, one file per subject."""
