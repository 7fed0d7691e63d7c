"""The nouns of an app: plain classes that name each public verb of a subject, whatever service or workflow has it."""
