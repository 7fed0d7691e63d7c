"""Records as people name and see them at a keyboard: how one is found, and what is shown of it before an act."""
