"""The code that both database engines share: the storage port in plain SQL, one file per subject."""
