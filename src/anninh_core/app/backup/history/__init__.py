"""Which backups were made and verified, as the office that they are of remembers."""
