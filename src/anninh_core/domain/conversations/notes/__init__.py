"""What officers write into the file of a case, for each other: it never leaves to residents."""
