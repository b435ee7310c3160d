"""What speaks to the services behind Apprise."""
