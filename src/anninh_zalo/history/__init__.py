"""Zalo's history of conversations: finds whether a message was sent, and which events the webhook missed."""
