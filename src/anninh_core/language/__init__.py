"""Languages of officers' interfaces: one gettext catalogue, and sentences with values.

The English text in the code is the id of its translation. Texts for residents are in the profile's wording, not here.
"""
