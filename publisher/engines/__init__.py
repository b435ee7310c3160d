"""Engines: what carries deliveries out. ``local`` is the default, threads in this process."""
