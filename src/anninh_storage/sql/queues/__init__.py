"""Inbox and outbox."""
