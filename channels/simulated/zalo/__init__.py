"""The stand-in of Zalo."""
