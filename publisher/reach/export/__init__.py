"""Tables for people's own programs: XLSX, CSV, JSON. Each module writes one form."""
