"""Accounts: who signs in, for which organisation, with which role, from which site."""
