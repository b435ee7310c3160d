"""What speaks to LinkedIn."""
