"""The comparison of shown and real answers notices what differs, and nothing else."""

import pytest

from tests.documents import pages

REAL = {
    "id": "01a1f7fe-49ab-7c0c-8903-6cec42090701",
    "at": "2026-11-20T08:00:00.5Z",
    "items": [{"code": "a"}, {"code": "b"}],
    "n": 1,
}


@pytest.mark.parametrize(
    "text",
    [
        '{"id": "0198f0c2-0000-7000-8000-000000000001", "at": "2027-01-01T00:00:00+08:00", …}',
        '{"items": [{"code": "a"}, …], …}',
        '{"items": [{…}, {"code": "…"}], "n": 1, …}',
    ],
)
def test_what_was_left_out_does_not_matter(text):
    assert list(pages.differences(pages.shown(text), REAL)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"n": 1}', ": also ['at', 'id', 'items']"),
        ('{"m": 1, …}', ": no ['m']"),
        ('{"n": "1", …}', "/n: 1, '1' shown"),
        ('{"n": true, …}', "/n: 1, True shown"),
        ('{"id": "x", …}', f"/id: {REAL['id']!r}, 'x' shown"),
        ('{"items": [{"code": "b"}, …], …}', "/items/0/code: 'a', 'b' shown"),
        ('{"items": [{…}], …}', "/items: 2 items, 1 shown"),
    ],
)
def test_every_difference_is_named(text, found):
    assert list(pages.differences(pages.shown(text), REAL)) == [found]
