"""What speaks to a portal on WordPress."""
