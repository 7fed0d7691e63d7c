"""Groups: their management board, links and care, and the posts made in them by hand."""
