"""What a registration needs from the residents' registry before its transaction opens."""

from uuid import UUID

from fastapi import Request

from services.resources.schemas.supply import SocialWorkerIn, VolunteerIn
from services.resources.usecases import people as cases
from wushe.identity import Caller
from wushe.routes import Ahead


def minting(body: type[VolunteerIn | SocialWorkerIn]) -> Ahead:
    """A new person when a body names none; a body the route will refuse mints nobody."""

    async def mint(request: Request, caller: Caller, key: str) -> UUID | None:
        try:
            asked = body.model_validate(await request.json())
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

    return mint
