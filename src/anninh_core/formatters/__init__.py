"""File formats for finished reports, and for the public directory of groups."""
