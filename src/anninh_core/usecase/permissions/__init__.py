"""Who may do what where: questions, checks of one act, limits of a sign-in, and pages without what is hidden."""
