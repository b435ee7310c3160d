"""What speaks to Zalo."""
