"""Every query of the needs service, limited to one caller's divisions and to what that caller may know."""

from services.needs.repository.calls import Calls
from services.needs.repository.concerns import Concerns
from services.needs.repository.consents import Consents
from services.needs.repository.crises import Crises, Duty
from services.needs.repository.divisions import Divisions
from services.needs.repository.erasures import HELD, Erasures
from services.needs.repository.intake import Intake
from services.needs.repository.merging import Merges
from services.needs.repository.needs import CANDIDATES, Needs
from services.needs.repository.offline import Offline
from services.needs.repository.operations import Operations
from services.needs.repository.outings import Outings
from services.needs.repository.places import Households, Places
from services.needs.repository.projects import Projects
from services.needs.repository.proposals import Proposals
from services.needs.repository.proxies import Proxies
from services.needs.repository.registers import Registers
from services.needs.repository.residents import MACHINE, Residents
from services.needs.repository.roads import Complaints, Mediations, Referrals
from services.needs.repository.similar import Similar
from services.needs.repository.surveys import Surveys
from services.needs.repository.terms import Terms
from services.needs.repository.triage import Triage
from services.needs.repository.visits import Visits
from services.needs.repository.work_orders import WorkOrders

__all__ = [
    "CANDIDATES",
    "HELD",
    "MACHINE",
    "Calls",
    "Complaints",
    "Concerns",
    "Consents",
    "Crises",
    "Divisions",
    "Duty",
    "Erasures",
    "Households",
    "Intake",
    "Mediations",
    "Merges",
    "Needs",
    "Offline",
    "Operations",
    "Outings",
    "Places",
    "Projects",
    "Proposals",
    "Proxies",
    "Referrals",
    "Registers",
    "Residents",
    "Similar",
    "Surveys",
    "Terms",
    "Triage",
    "Visits",
    "WorkOrders",
]
