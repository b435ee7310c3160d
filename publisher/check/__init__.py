"""The check: everything that is wrong in what the officers wrote, all at once."""
