"""Against real servers on loopback, where they are installed."""
