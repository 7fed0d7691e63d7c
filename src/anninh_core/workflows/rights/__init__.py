"""What is found, copied and changed for people who ask about data of theirs."""
