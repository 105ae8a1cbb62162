"""A small service of no domain, to test the kit by itself."""
