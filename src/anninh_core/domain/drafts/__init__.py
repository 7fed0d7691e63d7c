"""Officers' drafts: stored on the server for some days, encrypted in their subject's scope, visible to their owner
only.
"""
