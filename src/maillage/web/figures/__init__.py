"""Figures for everybody: how far help is, and the rate of unemployment, each with its source and its method."""
