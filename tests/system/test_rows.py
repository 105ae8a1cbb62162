"""The row table: whole, and every proof it names is a test of this suite."""

import ast
from pathlib import Path

from tests.system.rows import ROWS, summary

ROOT = Path(__file__).parents[2]
PROOFS = [proof for row in ROWS for proof in row.proofs]


def test_every_system_stands_once_and_is_proven_or_waits():
    assert [row.number for row in ROWS] == list(range(1, 93))
    assert len({(row.place, row.name) for row in ROWS}) == 92
    assert [row.number for row in ROWS if bool(row.proofs) == bool(row.waits)] == []
    assert [row.number for row in ROWS if row.part and not row.waits] == []


def test_every_proof_is_a_test_of_the_suite():
    for proof in [*PROOFS, *(proof for row in ROWS for proof in row.part)]:
        path, _, name = proof.partition("::")
        found = ast.parse((ROOT / path).read_text()).body
        names = {node.name for node in found if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
        assert name in names, proof


def test_a_row_counts_when_all_of_its_tests_passed_in_every_case():
    proven = sum(bool(row.proofs) for row in ROWS)
    assert summary([*PROOFS, "tests/other.py::test_other"], []) == f"rows: {proven} of 92"
    failed_once = summary([*PROOFS, f"{PROOFS[0]}[one]"], [f"{PROOFS[0]}[other]"])
    assert failed_once == f"rows: {proven - 1} of 92"
    assert summary(PROOFS[1:], []) == ""
