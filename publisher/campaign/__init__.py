"""Campaigns as officers write them."""
