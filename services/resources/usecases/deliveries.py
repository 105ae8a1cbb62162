"""Handing over, and the receiver's word that it arrived."""

from uuid import UUID

from services.resources.domain import booking, lifecycle
from services.resources.domain.lifecycle import DeliveryState, ReservationState, Verb
from services.resources.events import DeliveryConfirmed
from services.resources.models import Delivery, Reservation, Resource
from services.resources.repository import Linking
from services.resources.usecases import holds
from services.resources.usecases.demand import require_project
from wushe.db import uuid7
from wushe.errors import Refusal


class NotTheReceiver(Refusal):
    """A delivery is confirmed by the receiving side: a community worker, or a social worker of the project."""

    status = 403
    zh = "交付须由接收方（社区工作者或本项目社会工作者）确认，提供方不能自行确认。"
    en = "A delivery is confirmed by the receiving side, never by whoever handed it over."
    toast = "须由接收方确认"


async def send(*, linking: Linking, reservation_id: UUID, quantity: int) -> Delivery:
    """Record that part or all of a confirmed reservation was handed over."""
    reservation = await linking.lock_aside(Reservation, reservation_id)
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
            sender_person_id=linking.work.caller.person_id,
        )
    )
    linking.work.record(delivery, Verb.DELIVER)
    return delivery


async def confirm(*, linking: Linking, delivery_id: UUID) -> Delivery:
    """Confirm on the receiving side; a reservation confirmed in full is used."""
    seen = await linking.get(Delivery, delivery_id)
    reservation = await linking.lock_aside(Reservation, seen.reservation_id)
    delivery = await linking.lock(Delivery, delivery_id)
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


async def _require_receiver(linking: Linking, delivery: Delivery, reservation: Reservation) -> None:
    caller = linking.work.caller
    project = await require_project(linking, delivery.project_id)
    is_outsider = caller.role == "social_worker" and str(caller.person_id) not in project.team_person_ids
    is_sender = caller.person_id is not None and caller.person_id == delivery.sender_person_id
    if is_outsider or is_sender or await _is_giver(linking, reservation):
        raise NotTheReceiver


async def _is_giver(linking: Linking, reservation: Reservation) -> bool:
    """Whether the caller is the volunteer or belongs to the provider."""
    caller = linking.work.caller
    if reservation.resource_id is None:
        return caller.person_id is not None and caller.person_id == reservation.bookable
    resource = await linking.get(Resource, reservation.resource_id)
    return caller.org is not None and caller.org == resource.provider_id
