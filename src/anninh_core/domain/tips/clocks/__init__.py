"""Clocks of tips: they are recomputed after each act, explained, and changed by official papers that officers
record.
"""
