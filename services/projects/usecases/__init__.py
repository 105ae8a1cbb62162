"""One keyword-only function per verb of this service, one module per collection."""
