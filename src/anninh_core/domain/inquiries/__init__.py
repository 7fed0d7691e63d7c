"""Questions on procedures, and the knowledge base that answers them."""
