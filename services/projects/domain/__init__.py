"""Pure rules of the projects service, over frozen values."""
