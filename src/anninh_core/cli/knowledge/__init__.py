"""Commands that look for what is known: articles, and everything said."""
