"""What can be done with the right to ask for somebody else: confirmed by a worker, used, and ended by anybody in it."""

from dataclasses import replace
from uuid import UUID

from services.needs.domain.authorship import RESIDENT, Asked, Submission
from services.needs.domain.codes import ConsentMode, ProxyRelation
from services.needs.domain.lifecycle import PROXY_TRANSITIONS, ProxyState, ProxyVerb, ResidentState, advance
from services.needs.domain.notices import PROXY_CONFIRMED, PROXY_ENDED
from services.needs.domain.proxies import ProxyKnown, require_fit
from services.needs.events import About
from services.needs.models import Need, Proxy, Resident
from services.needs.repository import Proxies, Residents
from services.needs.usecases.moves import notices
from wushe import rules
from wushe.errors import NotFound
from wushe.pages import Page, PageRequest
from wushe.work import Work


async def confirm(
    *,
    proxies: Proxies,
    resident_id: UUID,
    proxy_person_id: UUID,
    relation: ProxyRelation,
    consent_given: ConsentMode,
) -> Proxy:
    """A worker knows both and has heard that the resident agrees; the resident is told."""
    work, residents = proxies.work, Residents(proxies.work)
    resident = await residents.lock(Resident, resident_id)  # one confirmation at a time
    if resident.state is ResidentState.ERASED:
        raise NotFound
    asked = Asked(resident.id, resident.person_id, residents.age_band(resident), resident.guardian_person_id)
    require_fit(asked, proxy=proxy_person_id, is_known=await proxies.is_person(proxy_person_id))
    if await proxies.between(resident.id, proxy_person_id):
        raise ProxyKnown
    proxy = proxies.add(
        Proxy(
            division=resident.division,
            state=ProxyState.ACTIVE,
            resident_id=resident.id,
            person_id=resident.person_id,
            proxy_person_id=proxy_person_id,
            relation=relation,
            consent_given=consent_given,
            confirmed_by=work.caller.person_id,
        )
    )
    await proxies.session.flush()
    work.lead = proxy
    people = [resident.person_id, proxy_person_id]
    work.record(proxy, "confirm", *notices(work, PROXY_CONFIRMED, people, about=_about(proxy)))
    return proxy


def _about(proxy: Proxy) -> About:
    return About(collection="proxies", id=proxy.id)


async def end(*, proxies: Proxies, proxy_id: UUID, reason: str | None) -> Proxy:
    """Whoever is part of it ends it, and owes no reason; so does a worker. Everybody else in it is told."""
    await proxies.find(proxy_id)
    proxy = await proxies.lock(Proxy, proxy_id)
    proxy.state = advance(PROXY_TRANSITIONS, proxy.state, ProxyVerb.END)
    proxy.ended_at, proxy.end_reason = proxies.work.now, reason
    people = [proxy.person_id, proxy.proxy_person_id]
    told = notices(proxies.work, PROXY_ENDED, people, about=_about(proxy))
    proxies.work.record(proxy, ProxyVerb.END, *told)
    return proxy


async def asked(*, proxies: Proxies, proxy_id: UUID, page: PageRequest) -> Page[Need]:
    """What somebody asked for another, and how it stands, for the one who asked and as long as they may."""
    proxy = await proxies.find(proxy_id)
    if proxy.proxy_person_id != proxies.work.caller.person_id or proxy.state is not ProxyState.ACTIVE:
        raise NotFound
    quiet = await rules.value(proxies.work, "quiet_themes", proxy.division)
    return await proxies.asked(proxy, page, quiet=quiet)


async def standing_for(*, work: Work, said: Submission) -> tuple[Proxy | None, Submission]:
    """The link by which a resident asks for another, if there is one, and what is said under it; on where they live."""
    caller, proxies = work.caller, Proxies(work)
    if caller.role != RESIDENT or caller.person_id is None or said.resident_id is None:
        return None, said
    await proxies.reach()
    proxy = await proxies.between(said.resident_id, caller.person_id)
    await work.within(replace(caller, scope=proxy.division) if proxy else caller)
    return proxy, replace(said, proxy_relation=proxy.relation) if proxy else said
