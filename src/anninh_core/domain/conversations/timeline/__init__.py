"""What happened in a case in order of time: what was said in both directions, and what officers did."""
