"""Commands about who somebody is: disclosures, the custodians of names, wishes to be erased."""
