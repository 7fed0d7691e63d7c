"""Which cases have something new for an officer since they last looked."""
