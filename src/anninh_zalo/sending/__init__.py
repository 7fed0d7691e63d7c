"""Outgoing messages: texts split to length, and the request bodies of every kind of message."""
