"""What goes out: texts cut to length, and the bodies of every kind of message. Pure functions."""
