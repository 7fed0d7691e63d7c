"""The knowledge base: articles, which of them fit a question, and which are missing."""
