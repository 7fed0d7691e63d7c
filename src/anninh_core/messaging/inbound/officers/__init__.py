"""What officers write from their bound chats: short replies, each of which is an audited use case."""
