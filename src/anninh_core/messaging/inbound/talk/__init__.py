"""Search for the case of a resident's message, by the conversation's history, the signals in the text, and rules."""
