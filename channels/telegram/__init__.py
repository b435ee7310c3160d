"""What speaks to Telegram."""
