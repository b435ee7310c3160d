"""A Bluesky server (PDS) for tests, on loopback."""
