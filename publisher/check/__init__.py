"""The check of what the officers wrote."""
