"""The page of the viewer's own account."""
