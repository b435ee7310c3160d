"""The rehearsal: the coming editions played through on a moved clock, with no account anywhere."""
