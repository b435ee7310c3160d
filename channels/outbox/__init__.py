"""What speaks to the outbox, which needs no platform."""
