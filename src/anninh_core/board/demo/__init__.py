"""Additions to a demo's board: a banner, signing in as any officer by a click, and a resident's chat at the left."""
