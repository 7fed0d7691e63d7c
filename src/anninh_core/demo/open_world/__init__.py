"""The last weeks of the demo: cases with different remaining times, and open work on every screen.

They follow the plan's year, so that its actions and reports stay unchanged. Each action first checks whether it was
done already, like those of the plan.
"""
