"""Programs for a custodian's own machine: no storage, no key file of the authority, no network."""
