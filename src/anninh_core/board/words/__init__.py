"""What the pages say: English at its place, which the catalogue translates."""
