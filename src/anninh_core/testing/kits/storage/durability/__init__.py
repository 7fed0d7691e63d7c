"""Rules about data that must survive the end of its process."""
