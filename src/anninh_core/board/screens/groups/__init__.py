"""Groups: their board, links and care, and what is posted in them by hand."""
