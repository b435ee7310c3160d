"""Publisher: publishes an office's campaigns on time, once, on every channel it runs."""

__version__ = "0.1.0"
