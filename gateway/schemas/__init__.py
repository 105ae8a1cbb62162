"""Shapes on the wire of the gateway's own routes."""
