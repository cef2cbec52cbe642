"""Territories: municipalities of the current vintage, old codes, names, contours."""
