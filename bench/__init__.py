"""What Maillage costs, measured against named peers in the same run."""
