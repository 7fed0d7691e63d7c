"""Finding the case of a resident's message: the conversation's history, the signals in the text, and the rules."""
