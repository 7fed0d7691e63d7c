"""Commands about articles, and the search over all kinds of records."""
