"""Shapes on the wire, a module per collection."""
