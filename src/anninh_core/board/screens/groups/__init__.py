"""Screens of groups, with their management board, links and care, and with the posts made in them by hand."""
