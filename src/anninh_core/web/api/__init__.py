"""The JSON API, which lets other programs call over HTTP the operations that a person has in Python. It needs the extra
`web`.
"""
