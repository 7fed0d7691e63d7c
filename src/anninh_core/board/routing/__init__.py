"""From an address to a page: its route, who asks, the form that was sent, the template, and pages for errors."""
