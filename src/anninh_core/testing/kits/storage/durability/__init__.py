"""The rules about data that has to survive its process."""
