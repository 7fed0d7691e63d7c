"""Reports of units: the counters give the figures, officers add texts and sign, and the superior consolidates the
reports.
"""
