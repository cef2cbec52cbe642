"""Pages of accounts: signing in, one's own account, members and sites of an organisation."""
