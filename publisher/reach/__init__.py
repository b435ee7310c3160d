"""Reach: what the readings of what went out add up to."""
