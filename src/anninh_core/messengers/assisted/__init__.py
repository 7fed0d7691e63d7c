"""Assisted posting: task sheets with the messages that people post by hand into groups that no program can enter."""
