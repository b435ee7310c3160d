"""The stand-in of X."""
