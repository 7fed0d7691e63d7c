"""The HTTP client of Zalo: envelope and limits; logs and errors contain no personal data."""
