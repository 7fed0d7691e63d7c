"""Who may do what where: the questions, the checks of one act, and what a limited sign-in leaves."""
