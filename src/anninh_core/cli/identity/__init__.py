"""Commands about identities: disclosures, custodians of names, leak checks, people's requests about their data."""
