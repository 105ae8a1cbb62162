"""Every query of the resources service, limited to one caller's divisions."""

from services.resources.repository.linking import Linking, span
from services.resources.repository.money import Money
from services.resources.repository.nearby import Nearby
from services.resources.repository.supply import Supply

__all__ = ["Linking", "Money", "Nearby", "Supply", "span"]
