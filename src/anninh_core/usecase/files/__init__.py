"""Files: they are encrypted in the blob store, cleaned before they are sent, and kept as long as a record refers to
them.
"""
