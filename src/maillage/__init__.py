"""Maillage: partnerships of the public employment service, from the signature to somebody's job."""
