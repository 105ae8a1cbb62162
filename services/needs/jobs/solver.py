"""The regression behind a model, by scikit-learn: imported by whoever trains, never by whoever serves."""

from services.needs.domain.triage.model import Array
from services.needs.domain.triage.training import Rows

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
