"""The authority's sign-in service, by OpenID Connect: authorization code with PKCE."""
