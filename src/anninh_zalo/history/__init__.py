"""What Zalo remembers of conversations: it tells what became of a send, and what a webhook has missed."""
