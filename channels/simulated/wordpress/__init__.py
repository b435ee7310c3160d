"""The stand-in of a portal on WordPress."""
