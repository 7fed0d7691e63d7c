"""Cases that were found to be a prank or a false report: the mark stands in the case, and on nobody."""
