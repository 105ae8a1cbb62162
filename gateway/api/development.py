"""Signing in as anybody; this route exists in development only."""

from typing import Any
from uuid import UUID

from fastapi import Request

from gateway.api.forms import member
from gateway.repository import Accounts
from gateway.schemas.registry import DevelopmentIn, TokenOut
from gateway.usecases import accounts
from wushe.authorize import PUBLIC
from wushe.errors import NotFound
from wushe.http import understanding
from wushe.identity import WHOLE, Caller
from wushe.routes import Router, Working

router = Router(tag="auth")


async def _find_person(request: Request, caller: Caller, key: str) -> Any:
    """Ask needs for the person named by an external id, before any transaction is open."""
    external = await member(request, "person")
    if not external:
        return None
    anyone = Caller(subject="development", client="development", scope=WHOLE, request_id=caller.request_id)
    siblings = request.app.state.siblings.acting(anyone, key)
    found = await siblings.get("needs", "/internal/persons", external=external)
    with understanding():
        return UUID(found["person_id"])


@router.verb(
    "/v1/auth/development",
    access=PUBLIC,
    operation="signInForDevelopment",
    summary="开发环境登录 · Sign in as anybody while developing",
    keyless=True,
    refusals=[NotFound],
    ahead=_find_person,
)
async def sign_in(body: DevelopmentIn, request: Request, work: Working) -> TokenOut:
    """A token for one role over one division, possibly for one person and organisation."""
    signed_in = await accounts.sign_in_for_development(
        accounts=Accounts(work),
        issuer=request.app.state.tokens,
        role=body.role,
        scope=body.scope,
        person_id=body.person_id or work.ahead,
        org=body.org,
        name=body.name or "",
    )
    return TokenOut.model_validate(signed_in)
