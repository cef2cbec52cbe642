"""What machines see: versions of the API."""
