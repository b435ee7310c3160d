"""JSON Schemas of the officers' files, by which an editor completes and checks as one types."""
