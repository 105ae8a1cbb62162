"""What a registration needs from the residents' registry before its transaction opens."""

from uuid import UUID

from fastapi import Request

from services.resources.schemas.supply import RegistrationIn
from services.resources.usecases import people as cases
from wushe.identity import Caller


async def mint(request: Request, caller: Caller, key: str) -> UUID | None:
    """A new person when the body names none; a body that cannot be read is refused later, by the route."""
    try:
        asked = RegistrationIn.model_validate(await request.json())
    except ValueError:
        return None
    return await cases.mint(
        request.app.state.siblings.acting(caller, key),
        caller=caller,
        division=asked.division,
        given=asked.person_id,
        external_ids=asked.external_ids,
        synthetic=asked.synthetic,
    )
