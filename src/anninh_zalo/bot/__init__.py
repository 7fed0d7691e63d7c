"""The Zalo Bot platform: a messenger that needs no official account."""
