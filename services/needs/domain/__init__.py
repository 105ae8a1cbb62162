"""The rules of needs as pure functions over frozen values."""
