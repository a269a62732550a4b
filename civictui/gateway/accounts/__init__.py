"""Who may sign in, and who is: accounts, attempts, sessions, recovery of stores."""
