"""Questions of residents, and the articles that answer them."""
