"""The clocks of tips: computed again after each act, explained, and changed by papers that officers record."""
