"""Handling of short replies that officers write in their bound chats; each runs an audited use case."""
