"""Version 1 of the API: openings, the catalogue, the territories, the texts, and exports in the formats of the field."""
