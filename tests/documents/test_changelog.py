"""The changelog has the shape of Keep a Changelog, and the licence is the one the package names."""

import hashlib
import re
import tomllib

from tests.documents import pages

CHANGELOG = (pages.HOME / "CHANGELOG.md").read_text()
KINDS = {"Breaking · 不兼容", "Added", "Changed", "Deprecated", "Removed", "Fixed", "Security", "Upgrading"}
APACHE = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"
"""SHA-256 of https://www.apache.org/licenses/LICENSE-2.0.txt, as in every project that uses it."""


def test_releases_come_newest_first_below_what_is_unreleased():
    headings = re.findall(r"^## (.*)$", CHANGELOG, re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    released = [re.fullmatch(r"\[(\d+)\.(\d+)\.(\d+)\] - (\d{4}-\d\d-\d\d)", heading) for heading in headings[1:]]
    assert all(released), headings
    order = [tuple(map(int, found.groups()[:3])) for found in released]
    assert order == sorted(set(order), reverse=True)
    assert [found[4] for found in released] == sorted((found[4] for found in released), reverse=True)


def test_changes_are_sorted_by_kind():
    for section in re.split(r"^## ", CHANGELOG, flags=re.MULTILINE)[1:]:
        kinds = re.findall(r"^### (.*)$", section, re.MULTILINE)
        assert kinds, section[:40]
        assert len(kinds) == len(set(kinds)), section[:40]
        assert set(kinds) <= KINDS, section[:40]


def test_every_change_is_told_in_both_languages():
    told = re.findall(r"^- (.*(?:\n  .*)*)", CHANGELOG, re.MULTILINE)
    assert len(told) > 10
    assert [each for each in told if " · " not in " ".join(each.split())] == []


def test_the_licence_is_the_whole_text_of_the_one_named():
    assert tomllib.loads((pages.HOME / "pyproject.toml").read_text())["project"]["license"] == "Apache-2.0"
    assert hashlib.sha256((pages.HOME / "LICENSE").read_bytes()).hexdigest() == APACHE
