"""Permissions: which ones an actor has, their checks in an act, limits of a sign-in, and pages that leave out hidden
records.
"""
