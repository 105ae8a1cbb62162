"""What this service does by itself, a module per subject."""

from services.needs.jobs import needs
from services.needs.jobs.schedule import sweeps

__all__ = ["needs", "sweeps"]
