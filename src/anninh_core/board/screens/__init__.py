"""Screens of the board: each folder has the pages of one subject, with their templates, their texts, and the layout of
their acts.
"""
