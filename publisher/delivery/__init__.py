"""The delivery guarantee: claim, send, record, settle doubts; each post once on each channel."""
