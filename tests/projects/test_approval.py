"""The amount picks the level; nobody says yes to what they wrote, undertake or are paid by."""

from uuid import UUID

import pytest

from services.projects.domain.approval import (
    Interests,
    LevelTooLow,
    NoEligibleApprover,
    OwnProject,
    Person,
    PersonUnknown,
    parse_chain,
    require_approver,
    require_disinterested,
)

AUTHOR, MEMBER, OFFICER, OTHER, AGENCY, OFFICE = (UUID(int=number) for number in range(1, 7))
INTERESTS = Interests(persons=frozenset({AUTHOR, MEMBER}), orgs=frozenset({AGENCY}))
ROWS = {
    "levels": ["committee", "street_officer", "civil_affairs"],
    "bands": [
        {"level": "committee", "up_to_fen": 5_000_000, "kinds": ["micro_governance"]},
        {"level": "street_officer", "up_to_fen": 20_000_000},
        {"level": "civil_affairs"},
    ],
}
CHAIN = parse_chain(ROWS)


def approve(who=None, role="committee", kind="micro_governance", amount=5_000_000, chain=CHAIN):
    require_approver(
        who or Person(OFFICER, OFFICE), role=role, chain=chain, kind=kind, amount_fen=amount, interests=INTERESTS
    )


@pytest.mark.parametrize(
    ("kind", "amount", "level"),
    [
        ("micro_governance", 5_000_000, "committee"),
        ("micro_governance", 5_000_001, "street_officer"),
        ("public_service", 1, "street_officer"),
        ("public_service", 20_000_000, "street_officer"),
        ("public_service", 20_000_001, "civil_affairs"),
    ],
)
def test_the_amount_picks_the_level(kind, amount, level):
    assert CHAIN.level_for(kind=kind, amount_fen=amount, interests=INTERESTS) == level


def test_the_level_and_those_above_it_may_approve():
    for role in ("committee", "street_officer", "civil_affairs"):
        approve(role=role)


@pytest.mark.parametrize("role", ["committee", "social_worker"])
def test_a_lower_level_may_not(role):
    with pytest.raises(LevelTooLow):
        approve(role=role, amount=5_000_001)


@pytest.mark.parametrize(
    "who", [Person(AUTHOR, None), Person(MEMBER, OFFICE), Person(OTHER, AGENCY)], ids=["author", "team", "organisation"]
)
def test_nobody_approves_their_own(who):
    with pytest.raises(OwnProject):
        approve(who)
    with pytest.raises(OwnProject):
        require_disinterested(who, INTERESTS)


def test_an_account_without_a_person_cannot_be_shown_to_be_someone_else():
    with pytest.raises(PersonUnknown):
        approve(Person(None, OFFICE))


def test_a_level_whose_named_persons_all_have_a_stake_is_passed_over():
    chain = parse_chain(ROWS | {"named": {"committee": [str(AUTHOR), str(MEMBER)]}})
    assert chain.level_for(kind="micro_governance", amount_fen=1, interests=INTERESTS) == "street_officer"
    with pytest.raises(LevelTooLow):
        approve(role="committee", chain=chain)
    approve(role="street_officer", chain=chain)


def test_only_the_named_approve_at_a_named_level():
    chain = parse_chain(ROWS | {"named": {"committee": [str(OFFICER)]}})
    approve(chain=chain)
    with pytest.raises(LevelTooLow):
        approve(Person(OTHER, OFFICE), chain=chain)


def test_nobody_is_left_at_any_level():
    named = {level: [str(AUTHOR)] for level in ROWS["levels"]}
    with pytest.raises(NoEligibleApprover):
        approve(chain=parse_chain(ROWS | {"named": named}))
