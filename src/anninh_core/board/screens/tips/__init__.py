"""Screens of tips: lists of tips, and a tip with its talk and the acts on it."""
