"""Referrals: people sent to partners, followed from the sending to what came of it."""
