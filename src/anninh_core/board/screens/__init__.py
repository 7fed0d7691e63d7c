"""One folder per subject: its pages, templates, texts, and the layout of its acts."""
