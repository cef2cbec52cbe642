"""Delegation: who leads a person's support, within the volume of an article, and how they come back."""
