"""Finding, copying and changing the personal data of people who request it."""
