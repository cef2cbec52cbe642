"""Notifications: what must be told to somebody, written in the same transaction as what it tells."""
