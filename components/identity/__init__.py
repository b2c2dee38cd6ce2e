"""Who may do what: statements, roles, and what an account holds once."""
