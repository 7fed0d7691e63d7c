"""Retention clocks: how long each kind of data is kept, from when on, and how it is removed."""
