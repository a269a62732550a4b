"""The gateway: accounts, the database and the pictures behind one origin."""
