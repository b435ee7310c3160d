"""The delivery guarantee: each post once on each channel."""
