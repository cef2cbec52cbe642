"""Imports: what was read from which file, when, and which lines were refused."""
