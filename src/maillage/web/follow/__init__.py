"""The person's own page, by a private link: where the request stands, whom to call, what was passed on, how to say no."""
