"""The leak check: whether a text that is about to leave leads to somebody, and who decided that it may."""
