"""Changing referrals: each use case is permitted, guarded, audited, and made in one transaction."""
