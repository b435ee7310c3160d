"""The stand-in of a Matrix homeserver."""
