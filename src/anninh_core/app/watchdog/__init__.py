"""The watchdog: finds faults without worker, messengers and keys, and reports them over a second channel."""
