"""The stand-in of a Facebook Page."""
