"""A real WordPress with its MariaDB, from Debian's packages, on loopback alone."""
