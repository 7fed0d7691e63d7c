"""The languages of officers' interfaces: one gettext catalogue, and sentences with values in their words.

English stands in the code and is the id of its translation. What residents read is the profile's wording, not this.
"""
