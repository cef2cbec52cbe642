"""Figures about territories: how far help is, and what is published about employment there."""
