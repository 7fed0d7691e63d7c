"""Workflows for officers whose roles end, or who leave."""
