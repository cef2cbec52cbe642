"""What is done to accounts: signing in, inviting, placing, standing in, freezing. Each is permitted and audited."""
