"""Pure rules of evaluation: who scores, how a ballot stays secret, what the figures mean, what money may follow."""

from collections.abc import Mapping

from services.evaluation.domain import lifecycle

MACHINES: dict[str, Mapping[tuple[str, str], str]] = {
    "scheme": {(str(s), str(v)): str(t) for (s, v), t in lifecycle.SCHEME_TRANSITIONS.items()},
    "evaluation": {(str(s), str(v)): str(t) for (s, v), t in lifecycle.EVALUATION_TRANSITIONS.items()},
    "report": {(str(s), str(v)): str(t) for (s, v), t in lifecycle.REPORT_TRANSITIONS.items()},
    "appeal": {(str(s), str(v)): str(t) for (s, v), t in lifecycle.APPEAL_TRANSITIONS.items()},
    "payout_advice": {(str(s), str(v)): str(t) for (s, v), t in lifecycle.ADVICE_TRANSITIONS.items()},
}
