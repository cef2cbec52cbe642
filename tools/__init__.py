"""What sets the project up, checks it and tests it."""
