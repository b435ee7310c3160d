"""Changes to campaign files: proposed by a page or a table, shown, written by a person's word."""
