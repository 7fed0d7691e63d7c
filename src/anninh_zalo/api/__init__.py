"""The HTTP client of Zalo, with envelope and limits; logs and errors contain no personal data."""
