"""Functions and use cases for the places of tips, for the units and officers to handle them, and for tips that may
report the same matter.
"""
