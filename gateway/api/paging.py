"""Pages to telephones: asked for by the services, reported on by the provider."""

from typing import Any
from uuid import UUID

from fastapi import Request

from gateway.channels.telephone import require_signed
from gateway.models import TelephonePage
from gateway.repository import Pushes, TelephonePages
from gateway.schemas.channels import PageIn, PageOut, ReceivedOut, ReportIn
from gateway.usecases import paging, pushing
from wushe.authorize import PUBLIC, SERVICE
from wushe.errors import NotAuthenticated, NotFound, OutOfScope
from wushe.routes import Router, Working

router = Router(tag="page-receipts", about="短信和语音的送达回执 · What telephone providers report of messages")


@router.create(
    "/internal/pages",
    access=SERVICE,
    operation="askForPage",
    summary="发短信或语音呼叫 · Page somebody by telephone",
    refusals=[OutOfScope],
)
async def ask(body: PageIn, work: Working) -> PageOut:
    """A text message or a call, sent at once and tried again; the same key asked for again is the same page."""
    return PageOut.model_validate(await paging.ask(pages=TelephonePages(work), **body.model_dump()))


@router.read("/internal/pages/{page_id}", access=SERVICE, operation="getPage", summary="呼叫状态 · Where a page stands")
async def get(page_id: UUID, work: Working) -> PageOut:
    """Whether a page was sent and arrived; ``failed`` names the reason."""
    return PageOut.model_validate(await TelephonePages(work).get(TelephonePage, page_id))


@router.verb(
    "/v1/page-receipts",
    access=PUBLIC,
    operation="reportPage",
    summary="送达回执 · Report what became of a message",
    keyless=True,
    refusals=[NotAuthenticated, NotFound],
)
async def report(body: ReportIn, request: Request, work: Working) -> ReceivedOut:
    """A provider's word on a message it took, signed as Standard Webhooks 1.0 has it."""
    require_signed(await request.body(), request.headers, key=request.app.state.settings.telephone_key)
    known: dict[str, Any] = body.model_dump()
    found = await paging.report(pages=TelephonePages(work), **known) or await pushing.report(
        pushes=Pushes(work), **known
    )
    if found is None:
        raise NotFound  # not yet known: it is reported again
    return ReceivedOut.model_validate(found)
