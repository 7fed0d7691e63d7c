"""Sign-in methods that the settings enable."""
