"""Functions that send messages: they split texts to length, and build the request bodies of every kind of message."""
