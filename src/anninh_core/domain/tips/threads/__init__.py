"""Residents' additions to their tips, withdrawals, and splitting and joining of tips."""
