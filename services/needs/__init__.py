"""Needs: residents, what they ask for, and the concerns they turn out to share."""
