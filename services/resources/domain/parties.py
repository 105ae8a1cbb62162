"""For whom a caller speaks: for themselves, for the provider they belong to, or for the community."""

SELF_ROLES = frozenset({"resident", "volunteer", "volunteer_leader"})
"""Roles of people who act for themselves alone."""
OWNER_ROLES = frozenset({"donor", "org_manager"})
"""Roles of people who act for a provider: their own and no other."""
DONOR = "donor"
"""A donor sees the way of their own gifts and things only."""
