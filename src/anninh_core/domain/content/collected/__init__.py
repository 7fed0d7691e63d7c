"""Pieces of content that collectors found at external sources, and that an editor takes up as drafts or passes over."""
