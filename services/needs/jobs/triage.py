"""How versions of triage help come about, in a process of its own."""

import logging
from collections.abc import Sequence
from uuid import UUID

from services.needs.clients.embedding import Embedding
from services.needs.clients.learning import learned
from services.needs.domain.triage import Card, Example
from services.needs.jobs.schedule import sweeps
from services.needs.repository import Triage
from services.needs.usecases import triage_models as cases
from wushe.jobs import Sweeps, worker
from wushe.work import Database, Work

log = logging.getLogger("wushe.needs.triage")


@sweeps.every(seconds=60)
async def retrain(work: Work) -> int:
    """Train where people confirmed enough labels (rule ``retrain_labels``); once begun, the next look finds none."""
    return await cases.retrain(triage=Triage(work))


def add_training(schedule: Sweeps, embedding: Embedding) -> Sweeps:
    """The schedule with the task that trains, which may ask an outside embedding."""

    @schedule.task(cases.TASK)
    async def train(database: Database, model_id: str) -> None:
        await make_version(database, UUID(model_id), embedding)

    return schedule


async def make_version(database: Database, model_id: UUID, embedding: Embedding) -> None:
    """Learn outside any transaction, then keep what was learned; done twice it has one effect."""
    async with database.work(worker(database.source)) as work:
        given = await cases.material(triage=Triage(work), model_id=model_id)
    if given is None:
        return
    texts, themes = _spoken(given.cards, given.labels)
    vectors = await embedding.vectors(texts)
    try:
        made, figures = await learned(given.cards, given.labels, vectors, themes, given.former)
    except ValueError:  # the material cannot be learned from; trying again would find the same
        log.exception("a version of triage help could not be trained")
        async with database.work(worker(database.source)) as work:
            await cases.fail(triage=Triage(work), model_id=model_id)
        return
    async with database.work(worker(database.source)) as work:
        kept = Triage(work)
        await cases.finish(triage=kept, model_id=model_id, made=made, figures=figures, labels=len(given.labels))


def _spoken(cards: Sequence[Card], labels: Sequence[Example]) -> tuple[list[str], list[str]]:
    """What an outside embedding is asked about: every theme's name and every statement; danger is not among them."""
    said = [(card.zh, card.theme) for card in cards]
    said += [(example.text, example.theme) for card in cards for example in card.examples]
    said += [(example.text, example.theme) for example in labels]
    return [text for text, _ in said], [theme for _, theme in said]
