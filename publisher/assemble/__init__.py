"""The plan with its texts, out of campaigns and settings."""
