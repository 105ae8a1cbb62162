"""Calls to other services."""

from uuid import UUID

from wushe.http import Siblings, understanding


async def mint_person(needs: Siblings, *, division: str, label: str | None) -> UUID:
    """A person_id from the residents' registry; the same request repeated gets the same one."""
    answer = await needs.post("needs", "/internal/persons", {"label": label, "division": division}, step="mint")
    with understanding():
        return UUID(answer["person_id"])
