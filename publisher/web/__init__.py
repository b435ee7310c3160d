"""The console: pages and an API by which the officers see, approve and stop what goes out."""
