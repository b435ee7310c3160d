"""The measures of the criteria file, each in a module of its kind."""
