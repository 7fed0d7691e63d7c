"""The storage ports in memory."""
