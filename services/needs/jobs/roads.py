"""What needs on a road without a project do by themselves."""

from services.needs.jobs.schedule import sweeps
from services.needs.repository import Referrals
from services.needs.usecases import referrals as cases
from wushe.work import Work

BATCH = 100


@sweeps.every(seconds=60)
async def flag_overdue_referrals(work: Work) -> int:
    """Take back what nobody took by its day, and tell whoever sent it (rule ``referral_days``)."""
    return await cases.flag_overdue(referrals=Referrals(work), limit=BATCH)
