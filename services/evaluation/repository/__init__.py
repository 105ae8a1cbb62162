"""Every query of evaluation: the issuing side by collection, and the ballot side apart."""

from services.evaluation.repository.ballots import Ballots
from services.evaluation.repository.copies import Copies
from services.evaluation.repository.evaluations import Evaluations
from services.evaluation.repository.reports import Reports
from services.evaluation.repository.schemes import Schemes

__all__ = ["Ballots", "Copies", "Evaluations", "Reports", "Schemes"]
