"""The rules of the platform: when, to whom and how much may be sent."""
