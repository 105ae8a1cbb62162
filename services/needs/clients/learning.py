"""Learning, in a process of its own: it would stall requests, and scikit-learn is loaded by nobody else."""

from collections.abc import Mapping, Sequence

from services.needs.clients.apart import apart
from services.needs.domain.triage import Card, Example, Figures, pack
from services.needs.domain.triage.figures import cross_examine, figures_of
from services.needs.domain.triage.model import Array
from services.needs.domain.triage.training import Rows, fit, with_embedding

Vectors = Sequence[Sequence[float]]
Former = Mapping[str, int | None]
"""Where the version in use had placed the right theme of statements filed since it was made."""
LOOSENESS, ROUNDS = 10.0, 60


def solve(rows: Rows) -> tuple[Array, Array]:
    """Coefficients, themes by terms, and a bias for each theme; the same rows give the same numbers."""
    import warnings  # noqa: PLC0415 -- as below

    import numpy as np  # noqa: PLC0415 -- as below
    from scipy.sparse import csr_matrix  # noqa: PLC0415 -- 100 MB of memory and a second, only while training
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 -- as above

    count = int(rows.themes.max()) + 1
    shape = (len(rows.themes), rows.width)
    given = csr_matrix((rows.values, rows.terms, rows.starts), shape=shape)
    if len(np.unique(rows.themes)) < 2:
        return np.zeros((count, rows.width)), np.zeros(count)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # stopping after the rounds is meant; so are many themes with few examples
        found = LogisticRegression(C=LOOSENESS, max_iter=ROUNDS, tol=1e-3).fit(given, rows.themes, rows.weights)
    if count == 2:  # the library keeps one row for a choice of two
        return np.vstack([-found.coef_, found.coef_]) / 2, np.array([-1.0, 1.0]) * found.intercept_[0] / 2
    return found.coef_, found.intercept_


async def learned(
    cards: Sequence[Card], labels: Sequence[Example], vectors: Vectors, themes: Sequence[str], former: Former
) -> tuple[bytes, Figures]:
    """A version made in a process that ends with it, and gives its memory back."""
    return await apart(learn, cards, labels, vectors, themes, former)


def learn(
    cards: Sequence[Card], labels: Sequence[Example], vectors: Vectors, themes: Sequence[str], former: Former
) -> tuple[bytes, Figures]:
    """A version as bytes, and how good it is on statements it had not seen."""
    figures = figures_of(cross_examine(cards, labels, solve), former)
    return pack(with_embedding(fit(cards, labels, solve), vectors, themes)), figures
