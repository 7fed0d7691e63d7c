"""From an event outside to the domain: verified, stored, and handled."""
