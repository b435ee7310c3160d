"""Planning: what goes out when and where. Pure: data and a moment in, data out; no I/O."""
