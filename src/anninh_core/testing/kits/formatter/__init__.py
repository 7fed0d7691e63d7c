"""The rules of the formatter kit, the documents that it renders, and the readers of rendered files."""
