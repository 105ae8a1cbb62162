"""A person's own data: gathered from every service, corrected, and let go of everywhere."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from gateway.events import ErasureCompleted
from gateway.models import HELD, OF_ACCOUNT, TOLD, ForgottenPerson
from gateway.repository import Accounts, Files
from gateway.settings import SERVICES
from gateway.usecases import files as cabinet
from wushe.erasing import forget, let_go, reach_everywhere, tell
from wushe.errors import NotFound, Unavailable
from wushe.http import Siblings
from wushe.work import Work

UNAVAILABLE: dict[str, Any] = {"status": "unavailable"}


async def gather(*, siblings: Siblings, person_id: UUID) -> dict[str, Any]:
    """What every service holds of a person, asked at the same time; one that does not answer says so."""
    found = await asyncio.gather(*(_held(siblings, service, person_id) for service in SERVICES))
    return dict(zip(SERVICES, found, strict=True))


async def _held(siblings: Siblings, service: str, person_id: UUID) -> Any:
    try:
        return (await siblings.get(service, f"/internal/persons/{person_id}/data"))["held"]
    except (NotFound, Unavailable, KeyError, TypeError):
        return UNAVAILABLE


async def own(work: Work, person_id: UUID) -> dict[str, Any]:
    """What the gateway itself holds: of the person, and of the account that asks for them."""
    division = work.caller.scope
    found = await tell(work, TOLD, person_id)
    found |= await tell(work, OF_ACCOUNT, UUID(work.caller.subject))
    work.witness("export", subject=f"persons/{person_id}", division=division)
    return found


async def let_account_go(work: Work) -> None:
    """Let go of what the caller's account holds where no registration leads to it; a tied one goes with its person."""
    accounts, account_id = Accounts(work), UUID(work.caller.subject)
    await reach_everywhere(work)
    if await accounts.residency(account_id) is None and await accounts.acts_for_residents_only(account_id):
        await let_go(work, OF_ACCOUNT, account_id)


async def erase(work: Work, *, person_id: UUID, erasure_id: UUID, files: Sequence[UUID], division: str) -> None:
    """Let go of a person's messages, files, channels and account link, and send the receipt."""
    await reach_everywhere(work)
    accounts = await Accounts(work).of_person_alone(person_id)
    removed = await cabinet.erase(files=Files(work), person_id=person_id, file_ids=files)
    for account_id in accounts:
        removed += await let_go(work, OF_ACCOUNT, account_id)
    removed += await let_go(work, HELD, person_id)
    await forget(
        work,
        ForgottenPerson,
        erasure_id=erasure_id,
        person_id=person_id,
        division=division,
        removed=removed,
        announce=lambda count: ErasureCompleted(erasure_id=erasure_id, removed=count),
    )
