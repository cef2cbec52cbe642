"""The catalogue in formats that others read."""
