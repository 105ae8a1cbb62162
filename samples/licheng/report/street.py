"""What the page says of the street: what was asked, who took part, and what comes next."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from samples.licheng.report.plots import Mark, Plot, counts
from samples.licheng.report.project import Found, Project
from samples.licheng.report.words import Words

ACTORS = ("community", "social_worker", "community_org", "volunteer", "charity_resource")
GIVEN = ("charity_donation", "community_fund", "enterprise_support")
"""Sources of money that are charity."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A number with what it counts."""

    number: str
    text: str


def glance(district: Found, projects: Sequence[Project], say: Words) -> list[Fact]:
    """The numbers a mayor asks for first."""
    budget, paid = (sum(each.money[name] for each in projects) for name in ("budget_fen", "paid_fen"))
    answered, roster = (sum(each.report[name] for each in projects) for name in ("n", "N"))
    linked = sum(len(each.found["needs"]["needs"]) for each in projects)
    held = sum(len(each.found["projects"]["activities"]) for each in projects)
    records = sum(each.service["confirmed"] for each in projects)
    people = " + ".join(str(each.service["persons"]) for each in projects)
    return [
        Fact(say.count(district["needs"]["total"]), say("glance_needs", linked=linked, projects=len(projects))),
        Fact(people, say("glance_people")),
        Fact(str(held), say("glance_activities", records=records)),
        Fact(hours(projects), say("glance_hours")),
        Fact(say.money(budget), say("glance_money", paid=say.money(paid), share=say.share(paid, budget))),
        Fact(f"{answered}/{roster}", say("glance_answers", share=say.share(answered, roster))),
    ]


def hours(projects: Sequence[Project]) -> str:
    """Hours of service people received and confirmed themselves."""
    return f"{sum(each.answers['served']['minutes'] for each in projects) / 60:.1f}"


def asked_plot(district: Found, say: Words) -> Plot:
    """Needs by field; fields with few needs stand together."""
    needs = district["needs"]
    few = {name: str(value) for name, value in needs["few"].items()}
    rows = [(say.label("service_field", code), number) for code, number in needs["fields"].items()]
    rows += [(say("asked_few", **few), needs["few"]["needs"])] if needs["few"]["needs"] else []
    scale, ticks = counts(max(number for _, number in rows))
    marks = [
        Mark(label, say("asked_value", count=number), 100 * number / scale, high=100 * number / scale)
        for label, number in rows
    ]
    return Plot(
        "bars", "asked", say("asked_title"), say("asked_story", total=needs["total"]), say("asked_axis"), marks, ticks,
        say("asked_heads").split("|"), [[label, str(number)] for label, number in rows],
    )  # fmt: skip


def actors(district: Found, projects: Sequence[Project], say: Words) -> list[tuple[str, list[Fact]]]:
    """The five actors, each with what the records show of it."""
    shown = {
        "community": _community(district, projects, say),
        "social_worker": _workers(district, projects, say),
        "community_org": _organisations(projects, say),
        "volunteer": _volunteers(district, projects, say),
        "charity_resource": _charity(district, projects, say),
    }
    return [(say(f"actor_{name}"), shown[name]) for name in ACTORS]


def _community(district: Found, projects: Sequence[Project], say: Words) -> list[Fact]:
    concerns = sum(len(each.answers["concerns"]) for each in projects)
    facts = [Fact(str(district["communities"]), say("fact_communities")), Fact(str(concerns), say("fact_concerns"))]
    tallies = [each.answers["tally"] for each in projects if each.answers["tally"]]
    for tally in tallies:
        heads = {name: tally[name]["heads"] for name in ("yes", "participating", "totals")}
        facts.append(Fact(f"{heads['yes']}/{heads['totals']}", say("fact_resolution", **heads)))
    return facts


def _workers(district: Found, projects: Sequence[Project], say: Words) -> list[Fact]:
    steps = [step["role"] for each in projects for step in each.found["projects"]["project"]["steps"]]
    return [
        Fact(str(district["registered"]["social_workers"]), say("fact_workers")),
        Fact(str(_members(projects, "social_worker", responsible=True)), say("fact_responsible")),
        Fact(str(steps.count("social_worker")), say("fact_steps")),
    ]


def _organisations(projects: Sequence[Project], say: Words) -> list[Fact]:
    contracts = [contract for each in projects for contract in each.found["projects"]["contracts"]]
    undertakers = {each.answers["project"]["undertaker_org_id"] for each in projects}
    amount = say.money(sum(contract["amount_fen"] for contract in contracts))
    return [
        Fact(str(len(undertakers)), say("fact_undertakers")),
        Fact(str(len(contracts)), say("fact_contracts", amount=amount)),
    ]


def _volunteers(district: Found, projects: Sequence[Project], say: Words) -> list[Fact]:
    return [
        Fact(say.count(district["registered"]["volunteers"]), say("fact_volunteers")),
        Fact(str(sum(each.delivered()["volunteer"] for each in projects)), say("fact_volunteered")),
        Fact(str(_members(projects, "volunteer")), say("fact_captains")),
    ]


def _charity(district: Found, projects: Sequence[Project], say: Words) -> list[Fact]:
    given = sum(fen for each in projects for fund, fen, _ in each.by_fund() if fund["source"] in GIVEN)
    arrived: Counter[str] = sum((each.delivered() for each in projects), Counter())
    goods = [(kind, number) for kind, number in arrived.items() if kind != "volunteer"]
    facts = [
        Fact(say.count(district["registered"]["providers"]), say("fact_providers")),
        Fact(say.money(given), say("fact_given")),
    ]
    return facts + [
        Fact(str(number), say("fact_arrived", kind=say.short("resource_type", kind))) for kind, number in goods
    ]


def _members(projects: Sequence[Project], party: str, *, responsible: bool = False) -> int:
    team = [member for each in projects for member in each.answers["team"] if member["party"] == party]
    return sum(member["responsible"] or not responsible for member in team)


def ahead(district: Found, projects: Sequence[Project], say: Words) -> list[tuple[str, list[str]]]:
    """What the data leave to do, by fixed rules, for each project and for the street."""
    found = [(each.title, list(_ahead(each, say))) for each in projects]
    waiting = district["needs"]["states"].get("accepted", 0)
    if waiting:
        found.append((district["street"]["name"], [say("next_waiting", count=waiting)]))
    return found


def _ahead(project: Project, say: Words) -> Iterator[str]:
    for name, figure in project.parts:
        if figure["standing"] != "assessed":
            yield say(f"next_{figure['standing']}", part=project.part(name), why=project.missing(figure))
    yield from (say(f"next_{flag}") for flag in project.report["flags"] if flag != "suppressed")
    if project.left:
        factor = project.report["factor"] or "–"
        yield say("next_left", left=say.money(project.left), factor=factor)
    for outcome in ("partly", "not", "worse", "silent"):
        if project.outcomes[outcome]:
            yield say(f"next_{outcome}", count=project.outcomes[outcome])
    if project.service["disputed"]:
        yield say("next_disputed", count=project.service["disputed"])
