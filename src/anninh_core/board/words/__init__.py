"""The texts of the pages: in English where they are used, translated by the catalogue."""
