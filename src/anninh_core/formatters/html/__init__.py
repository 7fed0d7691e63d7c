"""Web pages: reports and the public directory."""
