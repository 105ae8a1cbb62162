"""Pure rules of the resources service: states, matching, booking, money."""
