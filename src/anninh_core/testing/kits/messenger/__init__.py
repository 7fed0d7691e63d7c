"""The conformance kit for messengers: its rules and helpers."""
