"""The watchdog: finds what is wrong without worker, messenger and keys, and reports it by a second channel."""
