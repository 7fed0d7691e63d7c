"""Uploads and downloads, each with its own id."""
