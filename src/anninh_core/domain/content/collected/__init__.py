"""Pieces that collectors found at external sources, until an editor takes them up or passes them over."""
