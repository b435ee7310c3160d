"""The stand-in of LinkedIn."""
