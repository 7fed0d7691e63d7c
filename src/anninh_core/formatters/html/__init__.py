"""Pages: reports and the public directory."""
