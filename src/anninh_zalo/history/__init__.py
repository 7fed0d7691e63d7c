"""Zalo's history of conversations, which shows whether a message was sent, and which events the webhook missed."""
