"""The doctor: examines what the daemon leans on, without publishing."""
