"""The adviser's rooms: what waits today, the file of a person, sending them, and what became of it."""
