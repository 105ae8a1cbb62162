"""When each step of a project took place, and the id of what shows it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from samples.licheng.report.plots import Mark, Plot, days
from samples.licheng.report.project import Found, Project
from samples.licheng.report.words import CHINA, Words, instant

STEPS = {
    "create": "plan", "design": "plan", "deliberate": "plan", "resolve": "plan", "submit": "plan", "review": "plan",
    "approve": "plan", "publicise": "plan", "start": "link_resources", "reserve": "link_resources",
    "complete": "implement", "accept": "evaluate",
}  # fmt: skip
"""The step a verb of a project belongs to; the others have an object of their own with a time of its own."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, in business time, with its evidence."""

    at: str
    step: str
    what: str
    evidence: str
    name: str = ""
    """What staff called the thing, in Chinese."""


def events(project: Project) -> list[Event]:
    """Everything with a time of its own, in order; when a row was merely written down says nothing."""
    found = [*_needs(project), *_decisions(project), *_work(project), *_money(project), *_evaluation(project)]
    return sorted(found, key=lambda each: instant(each.at))


def _needs(project: Project) -> Iterator[Event]:
    say, part = project.say, project.found["needs"]
    for need in part["needs"]:
        yield Event(need["submitted_at"], "collect_needs", say("ev_submitted"), need["id"])
        if need["closed_at"]:
            outcome = "silent" if need["silent"] else need["outcome"] or "open"
            yield Event(need["closed_at"], "collect_needs", say.named("ev_closed", outcome), need["id"])
    for concern in part["concerns"]:
        yield Event(
            concern["at"], "collect_needs", say.named("ev_concern", concern["state"]), concern["id"], concern["title"]
        )


def _decisions(project: Project) -> Iterator[Event]:
    say, part = project.say, project.found["projects"]
    for step in part["project"]["steps"]:
        if step["verb"] in STEPS:
            role = say("role_service") if step["role"] == "service" else say.label("role", step["role"])
            what = say("ev_by", what=say.named("verb", step["verb"]), role=role)
            yield Event(step["at"], STEPS[step["verb"]], what, part["project"]["id"])
    for contract in part["contracts"]:
        yield Event(contract["signed_at"], "plan", say("ev_signed"), contract["id"])


def _work(project: Project) -> Iterator[Event]:
    for activity in project.found["projects"]["activities"]:
        what = project.say("ev_activity")
        yield Event(activity["starts_at"], "implement", what, activity["id"], activity["title"])


def _money(project: Project) -> Iterator[Event]:
    for row in project.money["disbursements"]:
        if row["paid_at"]:
            what = project.say("ev_paid", money=project.say.money(row["amount_fen"]))
            yield Event(row["paid_at"], "link_resources", what, row["id"], row["label"])


def _evaluation(project: Project) -> Iterator[Event]:
    say, scheme = project.say, project.found["evaluation"]["scheme"]
    yield Event(scheme["frozen_at"], "evaluate", say("ev_frozen"), scheme["id"])
    for each in project.found["evaluation"]["evaluations"]:
        for name in ("opened_at", "closed_at"):
            if each[name]:
                yield Event(each[name], "evaluate", say(f"ev_{name}"), each["id"])
        report: Found | None = each["report"]
        if report and report["finalised_at"]:
            yield Event(report["finalised_at"], "evaluate", say("ev_final"), report["id"])


def plot(project: Project) -> Plot:
    """The five steps over the days, each act a dot."""
    say, listed = project.say, events(project)
    first, last = instant(listed[0].at).date(), instant(listed[-1].at).date()
    marks, rows = [], []
    for step in project.found["steps"]:
        own = [each for each in listed if each.step == step["step"]]
        dots = [place(each.at, first, last) for each in own]
        span = say("span", first=say.day(own[0].at), last=say.day(own[-1].at)) if own else "–"
        label = step[say.language]
        marks.append(Mark(label, span, low=min(dots), high=max(dots), dots=dots) if own else Mark(label, span))
        rows.append([label, span, str(len(own))])
    ticks = [(place(f"{day}T00:00:00+08:00", first, last), _short(say, day)) for day in days(first, last)]
    return Plot(
        "spans", f"chain-{project.code}", say("chain_title"), say("chain_story"),
        say("chain_axis"), marks, ticks, say("chain_heads").split("|"), rows,
    )  # fmt: skip


def place(at: str, first: date, last: date) -> float:
    """Where an instant is between the beginning of the first day and the end of the last, in per cent."""
    start = datetime.combine(first, time(), CHINA)
    return 100 * ((instant(at) - start) / timedelta(days=1)) / ((last - first).days + 1)


def _short(say: Words, day: date) -> str:
    return say.day(f"{day}T00:00:00+08:00")
