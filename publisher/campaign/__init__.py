"""Campaigns as officers write them: the model, and the reading of it from files."""
