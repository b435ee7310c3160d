"""Pictures and videos: known by their content, measured, and kept as they were planned."""
