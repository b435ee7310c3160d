"""What speaks to a Facebook Page."""
