"""One folder a subject: its pages, templates and words, and what is said of its acts."""
