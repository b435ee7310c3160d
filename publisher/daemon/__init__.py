"""The daemon: the program at work by itself."""
