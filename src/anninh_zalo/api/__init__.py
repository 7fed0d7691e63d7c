"""The HTTP client for Zalo's API, which parses responses and request limits; logs and errors contain no personal
data.
"""
