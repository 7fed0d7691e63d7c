"""Who and what is pretended: accounts, users, bots, groups."""
