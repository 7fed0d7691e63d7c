"""The texts of the pages: they are written in English where they are used, and translated by the catalogue."""
