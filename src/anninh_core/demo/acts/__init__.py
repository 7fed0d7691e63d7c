"""The actions of the demo, by subject. Each action first checks whether it was done already, so that a demo can be
resumed.
"""
