"""Commands for casework: tips, groups, duty, officers, retention and the journal."""
