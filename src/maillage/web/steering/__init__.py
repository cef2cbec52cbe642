"""What became of what was sent, for those who steer the agreements: rates, what fell and why, who is late."""
