"""The signed texts: read from their folders, and kept word for word so that an answer can be given again."""
