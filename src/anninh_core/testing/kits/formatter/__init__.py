"""The conformance kit for formatters: its rules, the documents to render, and the readers of rendered files."""
