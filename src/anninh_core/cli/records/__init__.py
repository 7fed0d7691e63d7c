"""Records at the keyboard: how a command finds one, and which facts it shows before an act."""
