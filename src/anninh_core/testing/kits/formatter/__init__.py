"""The rules of the formatter kit, the documents it renders, and what it reads of a file."""
