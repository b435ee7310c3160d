"""A real Matrix homeserver (Synapse), for tests."""
