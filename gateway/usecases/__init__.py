"""One function per verb of the gateway."""
