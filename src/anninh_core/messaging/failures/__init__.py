"""The failure desk: everything not processed or not delivered, and what a person decides about it."""
