"""What this service does by itself, a module per subject."""

from services.needs.jobs import divisions, needs
from services.needs.jobs.schedule import sweeps

__all__ = ["divisions", "needs", "sweeps"]
from services.needs.jobs import residents

__all__ = ["needs", "residents", "sweeps"]
from services.needs.jobs import imports

__all__ = ["imports", "needs", "sweeps"]
