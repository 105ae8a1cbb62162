"""What a caller hands in at the gateway, as needs and visits name it."""

from tests.gateway.pictures import photo, recording
from tests.gateway.test_files import ATTACHED
from tests.gateway.test_files import handed_in as sent
from tests.harness import Actor, Service


async def handed_in(gateway: Service, actor: Actor, content: bytes = b"") -> dict[str, str]:
    """A recording, or some other file, the same account handed in."""
    made = await sent(Actor(gateway, actor.caller), content or recording())
    return {"file_id": made["id"], "kind": made["kind"]}


async def tell(needs: Service, gateway: Service) -> None:
    """Deliver what needs announced of files, as its relay does."""
    for event in await needs.announced(ATTACHED):
        told = {"event_id": event["id"], "subject": event["subject"], "division": event["division"]}
        assert (await gateway.hear(ATTACHED, event["data"], **told)).status_code == 204


def picture() -> bytes:
    """A small photograph."""
    return photo(width=16, height=16)
