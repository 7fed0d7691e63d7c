"""What officers write from their bound chats: short replies, each an audited use case."""
