"""Mail as it is written and handed over."""
