"""The web as every adapter meets it: bounded, watched, and never trusted."""
