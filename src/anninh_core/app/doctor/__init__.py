"""What `anninh doctor` asks: is all well here, and if not, what is to be done.

It changes nothing: it makes no file, migrates nothing and sends nothing.
"""
