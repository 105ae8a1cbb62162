"""Which cell somebody counts for, and who is drawn."""

from services.needs.domain.surveys import Cell, cell_of, draw
from tests.harness import COMMUNITY, STREET
from tests.needs.stories import ELSEWHERE
from wushe.db import uuid7


def test_a_visit_counts_for_the_first_cell_that_holds_it():
    place = uuid7()
    cells = [
        Cell(5, "住在一号楼", place_id=place),
        Cell(3, "独居老人", division=COMMUNITY, target_group="living_alone_elderly"),
        Cell(9, "全街道", division=STREET),
    ]
    known = {"groups": ["living_alone_elderly"], "places": []}
    assert cell_of(cells, division=COMMUNITY, groups=[], places=[place]) == 0
    assert cell_of(cells, division=COMMUNITY, **known) == 1
    assert cell_of(cells, division=ELSEWHERE, **known) is None
    assert cell_of(cells, division="350502001002", **known) == 2


def test_a_draw_takes_nobody_twice():
    frame = [uuid7() for _ in range(20)]
    assert sorted(draw("s", frame, 20)) == sorted(frame)
