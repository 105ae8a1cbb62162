"""The gateway: verifies callers, limits them, forwards their requests and joins answers; it knows no domain."""
