"""Officers' drafts, which are stored on the server for some days, encrypted in the scope of their subject, and visible
to their owner only.
"""
