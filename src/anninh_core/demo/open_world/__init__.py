"""The last weeks of the demo: cases at different clocks, and something that waits on every screen.

They come after the plan's year, so that its play and its reports stay as they are. Every act looks first at what is
done already, as those of the plan do.
"""
