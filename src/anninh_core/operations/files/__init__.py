"""Uploads and downloads of files, each referred to by an id."""
