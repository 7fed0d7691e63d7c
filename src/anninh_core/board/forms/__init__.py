"""Forms of acts, built from an operation's inputs and read back into its arguments."""
