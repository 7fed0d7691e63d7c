"""What every page has: who asks, in which language, what may be called, and how an answer is made of it."""
