"""Commands for daily work, each a declaration: what it asks for, what it carries out, what it shows."""
