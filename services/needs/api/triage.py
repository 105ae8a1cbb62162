"""Routes of triage help: what is proposed for a need, and the versions that propose."""

from uuid import UUID

from fastapi import Request

from services.needs.api import access
from services.needs.models import TriageModel
from services.needs.repository import Needs, Triage
from services.needs.schemas.triage import SuggestionsOut, TrainIn, TriageModelOut
from services.needs.usecases import triage as help_cases
from services.needs.usecases import triage_models as cases
from wushe.errors import ActionNotAllowed, OutOfScope
from wushe.identity import Caller
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

suggestions = Router(tag="needs")
router = Router(tag="triage-models", about="分类模型 · Versions of triage help")


async def _embedded(request: Request, caller: Caller, _key: str) -> list[float] | None:
    """The statement as an outside embedding sees it, asked before the unit of work; never of a need in danger."""
    embedding = request.app.state.embedding
    if not embedding.url:
        return None
    seen = Needs(request.app.state.databases["main"].glance(caller))
    try:
        ident = UUID(request.path_params["need_id"])
    except ValueError:  # refused where the path is read
        return None
    need = await seen.find(ident)
    vector: list[float] | None = None if need.danger else await embedding.vector(need.statement)
    return vector


@suggestions.read(
    "/v1/needs/{need_id}/suggestions",
    access=access.HANDLERS,
    operation="suggestTriage",
    summary="分类建议 · Suggest how to file a need",
    ahead=_embedded,
)
async def suggest(need_id: UUID, work: Working) -> SuggestionsOut:
    """Five themes with the words that led there, target groups and urgency; a person confirms."""
    return SuggestionsOut.of(await help_cases.suggestions(needs=Needs(work), need_id=need_id, vector=work.ahead))


@router.start(
    "/v1/triage-models/train",
    access=access.MODEL_KEEPERS,
    operation="trainTriageModel",
    summary="训练分类模型 · Train a version",
    refusals=[OutOfScope, cases.TrainingUnderWay],
)
async def train(body: TrainIn, work: Working) -> TriageModelOut:
    """Begin a new version for a county; its state tells when the job is done."""
    return TriageModelOut.of(await cases.train(triage=Triage(work), division=body.division))


@router.read(
    "/v1/triage-models",
    access=access.MODEL_READERS,
    operation="listTriageModels",
    summary="分类模型列表 · List versions",
)
async def list_models(page: Paging, work: Working) -> Page[TriageModelOut]:
    """The versions of the caller's county, newest first."""
    found = await Triage(work).page(TriageModel, page)
    return Page[TriageModelOut](
        items=[TriageModelOut.of(model) for model in found.items], next_cursor=found.next_cursor
    )


@router.read(
    "/v1/triage-models/{model_id}",
    access=access.MODEL_READERS,
    operation="getTriageModel",
    summary="分类模型详情 · Read a version",
)
async def get(model_id: UUID, work: Working) -> TriageModelOut:
    """One version with its figures."""
    return TriageModelOut.of(await Triage(work).get(TriageModel, model_id))


@router.verb(
    "/v1/triage-models/{model_id}/activate",
    access=access.MODEL_KEEPERS,
    operation="activateTriageModel",
    summary="启用或恢复分类模型 · Use a version, also an earlier one",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def activate(model_id: UUID, work: Working) -> TriageModelOut:
    """Use this version; proposals are again what they were under it."""
    return TriageModelOut.of(await cases.activate(triage=Triage(work), model_id=model_id))


@router.verb(
    "/v1/triage-models/{model_id}/deactivate",
    access=access.MODEL_KEEPERS,
    operation="deactivateTriageModel",
    summary="停用分类模型 · Use the shipped model again",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def deactivate(model_id: UUID, work: Working) -> TriageModelOut:
    """Use the model the product comes with again."""
    return TriageModelOut.of(await cases.deactivate(triage=Triage(work), model_id=model_id))
