"""The failure desk: the list of all events that couldn't be processed and messages that couldn't be delivered, and the
officers' decisions about them.
"""
