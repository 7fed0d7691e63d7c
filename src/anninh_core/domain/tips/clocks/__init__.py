"""The clocks of tips: what is due when, what stops or lengthens it, and why."""
