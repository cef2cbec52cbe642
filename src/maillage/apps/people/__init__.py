"""People: who is followed, by whom, and why a partner may see them."""
