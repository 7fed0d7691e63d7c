"""The rules of the collector kit, and the source outside that it lets stand, fail and be hostile."""
