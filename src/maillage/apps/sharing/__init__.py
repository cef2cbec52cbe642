"""Sharing: what a person allowed, refused and was told."""
