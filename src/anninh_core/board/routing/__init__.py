"""From an address to a page: route, session, submitted form, template, and error pages."""
