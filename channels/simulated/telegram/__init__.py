"""The stand-in of Telegram."""
