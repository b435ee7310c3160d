"""Alerts: one message when a person must act, never a flood, never lost."""
