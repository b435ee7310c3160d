"""What speaks to Mastodon."""
