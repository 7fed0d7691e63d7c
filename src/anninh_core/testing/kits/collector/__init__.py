"""Rules of the collector kit, and a source that publishes pieces, fails, and sends hostile data."""
