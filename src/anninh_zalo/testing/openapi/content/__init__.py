"""The sandbox's handlers for calls about articles, videos and files."""
