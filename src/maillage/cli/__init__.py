"""What a terminal sees: the `maillage` command."""
