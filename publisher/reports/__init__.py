"""Reports: what the leadership reads."""
