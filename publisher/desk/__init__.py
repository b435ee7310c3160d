"""The desk: where the officers' files meet the store."""
