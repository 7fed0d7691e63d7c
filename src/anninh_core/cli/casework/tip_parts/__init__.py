"""Commands of `anninh tips` about messages, files and joined tips, and papers about tips."""
