"""What a custodian does on a machine of their own: no storage, no key file of the authority, no network."""
