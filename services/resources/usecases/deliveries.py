"""Handing over, and the receiver's word that it arrived."""

from uuid import UUID

from services.resources.domain import booking, lifecycle
from services.resources.domain.lifecycle import DeliveryState, ReservationState, Verb
from services.resources.domain.parties import STAFF_ROLES
from services.resources.events import DeliveryConfirmed
from services.resources.models import Delivery, Reservation
from services.resources.repository import Linking
from services.resources.usecases import holds
from services.resources.usecases.demand import require_project
from wushe.db import uuid7
from wushe.errors import Refusal
from wushe.identity import Caller


class NotTheGiver(Refusal):
    """What was handed over is recorded by whoever gave it, or by a community or social worker."""

    status = 403
    zh = "交付须由提供方本人、本机构或社区工作者、社会工作者登记。"
    en = "A delivery is recorded by whoever gives it, or by a community or social worker."
    toast = "非提供方"


class NotTheSender(Refusal):
    """A delivery is withdrawn by whoever recorded it."""

    status = 403
    zh = "只有登记人本人可以撤回该次交付。"
    en = "Only whoever recorded this delivery may withdraw it."
    toast = "非登记人"


class NotTheReceiver(Refusal):
    """A delivery is confirmed by the receiving side: a community worker, or a social worker of the project."""

    status = 403
    zh = "交付须由接收方（社区工作者或本项目社会工作者）确认，提供方不能自行确认。"
    en = "A delivery is confirmed by the receiving side, never by whoever handed it over."
    toast = "须由接收方确认"


async def send(*, linking: Linking, reservation_id: UUID, quantity: int) -> Delivery:
    """Record that part or all of a confirmed reservation was handed over."""
    reservation = await linking.lock_aside(Reservation, reservation_id)
    if linking.work.caller.role not in STAFF_ROLES and not await _is_giver(linking, reservation):
        raise NotTheGiver
    lifecycle.advance(lifecycle.RESERVATION, reservation.state, Verb.DELIVER)
    sent = await linking.delivered(reservation.id, only_confirmed=False)
    booking.check_outstanding(quantity, outstanding=reservation.quantity - sent)
    delivery = linking.add(
        Delivery(
            id=uuid7(),
            division=reservation.division,
            reservation_id=reservation.id,
            project_id=reservation.project_id,
            quantity=quantity,
            state=DeliveryState.SENT,
            sender_account=linking.work.caller.subject,
            sender_person_id=linking.work.caller.person_id,
        )
    )
    linking.work.record(delivery, Verb.DELIVER)
    return delivery


async def withdraw(*, linking: Linking, delivery_id: UUID, reason: str) -> Delivery:
    """Take back a record nobody has confirmed yet, so that what was really handed over can be recorded."""
    delivery, _ = await _locked(linking, delivery_id)
    if not _is_sender(linking.work.caller, delivery):
        raise NotTheSender
    delivery.state = lifecycle.advance(lifecycle.DELIVERY, delivery.state, Verb.WITHDRAW)
    linking.work.record(delivery, Verb.WITHDRAW, reason=reason)
    return delivery


async def confirm(*, linking: Linking, delivery_id: UUID) -> Delivery:
    """Confirm on the receiving side; a reservation confirmed in full is used."""
    delivery, reservation = await _locked(linking, delivery_id)
    await _require_receiver(linking, delivery, reservation)
    delivery.state = lifecycle.advance(lifecycle.DELIVERY, delivery.state, Verb.CONFIRM)
    delivery.receiver_person_id = linking.work.caller.person_id
    confirmed = DeliveryConfirmed(
        delivery_id=delivery.id,
        reservation_id=reservation.id,
        project_id=delivery.project_id,
        quantity=delivery.quantity,
    )
    linking.work.record(delivery, Verb.CONFIRM, confirmed)
    arrived = await linking.delivered(reservation.id, only_confirmed=True)
    if arrived == reservation.quantity and reservation.state is ReservationState.CONFIRMED:
        holds.use(linking=linking, reservation=reservation)
    return delivery


async def _locked(linking: Linking, delivery_id: UUID) -> tuple[Delivery, Reservation]:
    """A delivery and its reservation, the reservation locked first."""
    seen = await linking.get(Delivery, delivery_id)
    reservation = await linking.lock_aside(Reservation, seen.reservation_id)
    return await linking.lock(Delivery, delivery_id), reservation


async def _require_receiver(linking: Linking, delivery: Delivery, reservation: Reservation) -> None:
    caller = linking.work.caller
    project = await require_project(linking, delivery.project_id)
    is_outsider = caller.role == "social_worker" and str(caller.person_id) not in project.team_person_ids
    if is_outsider or _is_sender(caller, delivery) or await _is_giver(linking, reservation):
        raise NotTheReceiver


def _is_sender(caller: Caller, delivery: Delivery) -> bool:
    """The same person under any account, or the same account, which may have no person."""
    is_same_person = caller.person_id is not None and caller.person_id == delivery.sender_person_id
    return is_same_person or caller.subject == delivery.sender_account


async def _is_giver(linking: Linking, reservation: Reservation) -> bool:
    """Whether the caller is the volunteer or belongs to the provider."""
    caller = linking.work.caller
    if reservation.resource_id is None:
        return caller.person_id is not None and caller.person_id == reservation.bookable
    return caller.org is not None and caller.org == await linking.provider_of(reservation.resource_id)
