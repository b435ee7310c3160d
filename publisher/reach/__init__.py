"""Reach: readings of what went out, and what they add up to."""
