"""How long each kind of data is kept, from when on, and how it goes."""
