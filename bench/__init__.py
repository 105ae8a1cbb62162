"""How fast it is, measured against floors and neighbours in the same run (docs/performance.md)."""
