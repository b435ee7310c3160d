"""What speaks to a feed."""
