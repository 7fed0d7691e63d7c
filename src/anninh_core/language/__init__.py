"""Languages of officers' interfaces: a gettext catalogue of translations, and sentences with values.

The English text in the code is the id of its translation. Texts for residents are in the profile's wording, not here.
"""
