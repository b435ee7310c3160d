"""The stand-in of Mastodon."""
