"""The stand-in of Bluesky."""
