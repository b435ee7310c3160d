"""What Meta's platforms (Facebook, Instagram, Threads) have in common."""
