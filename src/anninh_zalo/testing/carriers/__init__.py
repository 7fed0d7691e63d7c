"""What carries requests to a sandbox: an ASGI application, a transport, a server."""
