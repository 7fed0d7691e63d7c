"""The failure desk: every event not processed and every message not delivered, and the officers' decisions about
them.
"""
