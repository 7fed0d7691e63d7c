"""Commands for daily work; each is declared by its questions, its operation and its output."""
