"""Officers' work on tips, from triage to the closed case, by subject."""
