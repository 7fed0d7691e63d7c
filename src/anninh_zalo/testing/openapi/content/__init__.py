"""Articles, videos, files."""
