"""Modules that lead from an address to a page: routes, sessions, submitted forms, templates, and error pages."""
