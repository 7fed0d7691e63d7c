"""Carriers that bring requests to a sandbox: an ASGI application, a transport and a server."""
