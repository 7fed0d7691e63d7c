"""The machinery that turns a declaration into a command: it asks for values, finds the record, calls the operation, and
shows the result.
"""
