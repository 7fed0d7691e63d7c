"""What a board of a demo has besides: a banner, any officer by a click, and the chat of a resident at the left."""
