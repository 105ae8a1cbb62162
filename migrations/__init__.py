"""Schema histories, one folder per database."""
