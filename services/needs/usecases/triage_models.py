"""Versions of a county's triage help: trained in a job, in use from then on, and put back by a person."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from services.needs.domain.lifecycle import TRIAGE_MODEL_TRANSITIONS, TriageModelState, TriageModelVerb, advance
from services.needs.domain.triage import Card, Example, Figures, cards_of
from services.needs.models import TriageModel, TriageParameters
from services.needs.repository import Triage
from wushe import jobs, rules
from wushe.errors import Refusal
from wushe.identity import county

TASK, PATIENCE = "train_triage_model", timedelta(days=1)


class TrainingUnderWay(Refusal):
    """A county trains one version at a time."""

    zh = "本县区正在训练一个版本，请稍后再试。"
    en = "A version for this county is being trained already; try again later."
    toast = "正在训练中"


@dataclass(frozen=True, slots=True)
class Material:
    """What one version learns from."""

    cards: list[Card]
    labels: list[Example]
    former: dict[str, int | None]
    """Where the version in use had placed the right theme of what was filed since."""


async def train(*, triage: Triage, division: str) -> TriageModel:
    """Begin a new version from the cards in force and the labels confirmed so far; a job goes on with it."""
    work, tenant = triage.work, county(division)
    work.claim(tenant)
    running = await triage.training(tenant)
    if running and running.state_at > work.now - PATIENCE:
        raise TrainingUnderWay
    if running:  # its job was given up long ago
        _move(triage, running, TriageModelVerb.FAIL)
    model = triage.add(
        TriageModel(
            division=tenant,
            state=TriageModelState.TRAINING,
            number=await triage.next_number(tenant),
            label_count=0,
            state_at=work.now,
        )
    )
    work.record(model, "train")
    await jobs.defer(work, TASK, model_id=str(model.id))
    return model


async def material(*, triage: Triage, model_id: UUID) -> Material | None:
    """What a version shall learn from; None when the version has been made already."""
    model = await triage.lock(TriageModel, model_id)
    if model.state is not TriageModelState.TRAINING:
        return None
    cards = cards_of(await rules.value(triage.work, "theme_cards", model.division))
    return Material(cards, await triage.labelled(model.division), await triage.placed(model.division))


async def finish(*, triage: Triage, model_id: UUID, made: bytes, figures: Figures, labels: int) -> None:
    """Keep what was learned and use it from now on; one clearly worse than that in use waits for a person."""
    model = await triage.lock(TriageModel, model_id)
    if model.state is not TriageModelState.TRAINING:
        return
    model.sha256, model.figures, model.label_count = sha256(made).hexdigest(), asdict(figures), labels
    triage.add(TriageParameters(division=model.division, model_id=model.id, parameters=made))
    await triage.mark_learned(model.division)
    _move(triage, model, TriageModelVerb.FINISH)
    if not figures.clearly_worse():
        await _use(triage, model)


async def fail(*, triage: Triage, model_id: UUID) -> None:
    """Give a version up; what was in use stays so."""
    model = await triage.lock(TriageModel, model_id)
    if model.state is TriageModelState.TRAINING:
        _move(triage, model, TriageModelVerb.FAIL)


async def activate(*, triage: Triage, model_id: UUID) -> TriageModel:
    """Use a version, also an earlier one: proposals are again what they were under it."""
    model = await triage.lock(TriageModel, model_id)
    advance(TRIAGE_MODEL_TRANSITIONS, model.state, TriageModelVerb.ACTIVATE)
    await _use(triage, model)
    return model


async def deactivate(*, triage: Triage, model_id: UUID) -> TriageModel:
    """Use the model the product comes with again."""
    model = await triage.lock(TriageModel, model_id)
    _move(triage, model, TriageModelVerb.DEACTIVATE)
    return model


async def _use(triage: Triage, model: TriageModel) -> None:
    former = await triage.lock_active(model.division)
    if former is not None:
        _move(triage, former, TriageModelVerb.DEACTIVATE)
        await triage.session.flush()  # one active version at a time, by a unique index
    _move(triage, model, TriageModelVerb.ACTIVATE)


def _move(triage: Triage, model: TriageModel, verb: TriageModelVerb) -> None:
    model.state = advance(TRIAGE_MODEL_TRANSITIONS, model.state, verb)
    model.state_at = triage.work.now
    triage.work.record(model, verb)


async def retrain(*, triage: Triage) -> int:
    """Begin a version where enough was confirmed since the last (rule ``retrain_labels``); how many were begun."""
    begun = 0
    for tenant, count in await triage.unlearned():
        wanted = await rules.value(triage.work, "retrain_labels", tenant)
        if count >= wanted and not await triage.training(tenant):
            await train(triage=triage, division=tenant)
            begun += 1
    return begun
