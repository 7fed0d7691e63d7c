"""Custody of personal details: who holds the keys to them, and the files that go to a custodian and come back."""
