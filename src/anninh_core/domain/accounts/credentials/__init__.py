"""What people prove who they are by: passwords, one-time codes, random tokens; and the slowing down of guesses."""
