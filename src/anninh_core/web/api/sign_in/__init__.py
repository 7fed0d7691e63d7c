"""API endpoints with which people sign in over HTTP."""
