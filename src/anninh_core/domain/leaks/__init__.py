"""The leak check: whether an outgoing text identifies a person, and the decision whether it may be sent."""
