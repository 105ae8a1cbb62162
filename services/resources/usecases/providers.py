"""Registering and checking providers."""

from collections.abc import Sequence
from uuid import UUID

from services.resources.domain import lifecycle, uscc
from services.resources.domain.booking import Kind
from services.resources.domain.lifecycle import Standing, Verb
from services.resources.events import ProviderVerified
from services.resources.models import Provider, Registration
from services.resources.repository import Linking, Supply
from services.resources.usecases import standing
from wushe import external
from wushe.db import uuid7
from wushe.errors import FieldError, InvalidInput, Refusal


class ProviderKnown(Refusal):
    """The code already belongs to a registered provider."""

    zh = "该统一社会信用代码已登记。"
    en = "This unified social credit code is already registered."
    toast = "已登记"


async def register(
    *,
    supply: Supply,
    name: str,
    registration: Registration,
    code: str | None,
    kinds: Sequence[Kind],
    division: str,
    synthetic: bool,
    external_ids: Sequence[external.Named],
    test_region_allowed: bool,
) -> Provider:
    """Enter a provider; a registered one by its code, whose checksum must hold."""
    warnings = _check_code(registration, code, test_region_allowed=test_region_allowed)
    provider = Provider(
        id=uuid7(),
        division=division,
        name=name,
        registration=registration,
        uscc=code,
        uscc_warnings=list(warnings),
        kinds=sorted(set(kinds)),
        state=Standing.REGISTERED,
        synthetic=synthetic,
    )
    await supply.insert(provider, clash=ProviderKnown)
    await external.register(supply.work, "providers", external_ids, provider.id)
    supply.work.record(provider, "register")
    return provider


def _check_code(registration: Registration, code: str | None, *, test_region_allowed: bool) -> tuple[str, ...]:
    if code is None:
        if registration is not Registration.REGISTERED:
            return ()
        message = (
            "已登记的机构请填写统一社会信用代码。",
            "A registered provider needs its unified social credit code.",
        )
        raise InvalidInput(errors=[FieldError("/uscc", "REQUIRED", *message)])
    verdict = uscc.examine(code, test_region_allowed=test_region_allowed)
    if verdict.errors:
        raise InvalidInput(errors=verdict.errors)
    return verdict.warnings


async def verify(*, supply: Supply, provider_id: UUID) -> Provider:
    """Confirm that a provider exists and is who it says."""
    provider = await supply.lock(Provider, provider_id)
    provider.state = lifecycle.advance(lifecycle.STANDING, provider.state, Verb.VERIFY)
    supply.work.record(provider, Verb.VERIFY, ProviderVerified(provider_id=provider.id, state=provider.state))
    return provider


async def suspend(*, linking: Linking, provider_id: UUID, reason: str) -> Provider:
    """Take a provider out of every suggestion and booking until it is verified again."""
    await linking.get(Provider, provider_id)
    return await standing.suspend_provider(linking=linking, provider_id=provider_id, reason=reason)
