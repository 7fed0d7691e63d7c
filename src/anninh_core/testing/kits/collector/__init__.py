"""The conformance kit for collectors: its rules, and a source that publishes pieces, fails, and sends hostile data."""
