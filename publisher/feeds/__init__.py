"""Feeds, whose entries become posts of standing campaigns."""
