"""Officers whose roles end, or who leave."""
