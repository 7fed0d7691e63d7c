"""What residents add to their tips, what they take back, and how tips are split and joined."""
