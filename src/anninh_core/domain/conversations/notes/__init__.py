"""Notes that officers write in the file of a case for each other; residents never see them."""
