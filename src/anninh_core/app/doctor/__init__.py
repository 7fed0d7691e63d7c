"""The checks of `anninh doctor`, each with a remedy.

They change nothing: they create no file, migrate nothing and send nothing.
"""
