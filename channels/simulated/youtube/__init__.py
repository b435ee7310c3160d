"""The stand-in of YouTube."""
