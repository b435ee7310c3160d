"""Media: measured from their bytes and kept by their content."""
