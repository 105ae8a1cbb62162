"""For whom a caller speaks: for themselves, for the provider they belong to, or for the community."""

SELF_ROLES = frozenset({"resident", "volunteer", "volunteer_leader"})
"""Roles of people who act for themselves alone."""
OWNER_ROLES = frozenset({"donor", "org_manager"})
"""Roles of people who act for a provider: their own and no other."""
STAFF_ROLES = frozenset({"community_worker", "social_worker"})
"""Roles of people who act for the community, on behalf of whoever cannot act themselves."""
MACHINE = "integration"
"""The role of other people's systems, behind which no person stands."""
DONOR = "donor"
"""A donor sees the way of their own gifts and things only."""
