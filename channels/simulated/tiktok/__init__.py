"""The stand-in of TikTok."""
