"""What speaks to TikTok."""
