"""Messages between people and the domain: what leaves by the outbox, and what failed on its way."""
