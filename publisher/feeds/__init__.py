"""Feeds: polite fetching, and entries that become posts of a standing campaign."""
