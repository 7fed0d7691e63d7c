"""Commands for daily work, each declared by its questions, its operation and its output."""
