"""What speaks to Bluesky."""
