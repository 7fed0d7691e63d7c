"""The knowledge base: articles, their ranking for a question, and proposals of missing articles."""
