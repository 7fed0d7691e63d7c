"""All screens, in the order of the menu."""

from anninh_core.board.pages.routes import Screen
from anninh_core.board.screens.inquiries.screen import INQUIRIES
from anninh_core.board.screens.tips.screen import TIPS

SCREENS: tuple[Screen, ...] = (TIPS, INQUIRIES)
"""To add one: make a folder with `screen.py`, `words.toml`, `acts.toml` and templates, and name it here."""
