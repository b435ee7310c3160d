"""What the stand-ins of Meta's platforms share."""
