"""The languages of officers' interfaces: one gettext catalogue, and sentences with values in their words.

The English text in the code is the id of its translation. What residents read is the profile's wording, not this.
"""
