"""What officers do with tips, from triage to the closed case, by subject."""
