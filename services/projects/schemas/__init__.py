"""Shapes on the wire, one module per collection."""
