"""Carriers of requests to a sandbox: an ASGI application, a transport, a server."""
