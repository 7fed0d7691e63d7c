"""Zalo's webhooks: signatures, events, and their translation for the core. Pure functions over bytes."""
