"""The port for an outside embedding model: it helps where it is configured, and nothing waits for it long."""

import asyncio
import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from wushe.http import FAULTS, new_client

log = logging.getLogger("wushe.embedding")
DEADLINE_SECONDS, TRAINING_SECONDS = 1.0, 60.0
AT_ONCE, DIMENSIONS = 64, 4096


@dataclass(frozen=True, slots=True)
class Embedding:
    """Asks ``POST {"texts": []}`` for ``{"vectors": [[]]}``; without an address it answers nothing at once.

    Whoever asks has made sure that no text speaks of danger: such a text never leaves this service (INV-N4).
    """

    url: str | None = None

    async def vector(self, text: str) -> list[float] | None:
        """One statement as the outside model sees it, or nothing: proposals are then made without it."""
        found = await self.vectors([text], seconds=DEADLINE_SECONDS)
        return found[0] if found else None

    async def vectors(self, texts: Sequence[str], *, seconds: float = TRAINING_SECONDS) -> list[list[float]]:
        """Several statements, in their order; nothing at all when the model does not answer well in time."""
        if not self.url or not texts:
            return []
        try:
            async with asyncio.timeout(seconds), new_client(timeout=seconds) as client:
                parts = [await _ask(client, self.url, texts[at : at + AT_ONCE]) for at in range(0, len(texts), AT_ONCE)]
        except (*FAULTS, ValueError, LookupError, TypeError):
            log.warning("the outside embedding did not answer")
            return []
        found = [vector for part in parts for vector in part]
        return found if len({len(vector) for vector in found}) == 1 else []


async def _ask(client: httpx.AsyncClient, url: str, texts: Sequence[str]) -> list[list[float]]:
    answer = (await client.post(url, json={"texts": list(texts)})).raise_for_status()
    found = [[float(value) for value in vector] for vector in answer.json()["vectors"]]
    sound = all(0 < len(vector) <= DIMENSIONS and all(map(math.isfinite, vector)) for vector in found)
    if len(found) != len(texts) or not sound:
        raise ValueError("not the vectors that were asked for")
    return found
