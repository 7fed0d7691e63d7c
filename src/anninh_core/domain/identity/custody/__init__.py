"""Custody of personal details: the custodians' keys, and the files sent to a custodian and back."""
