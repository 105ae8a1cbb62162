"""Shapes on the wire of the resources service."""
