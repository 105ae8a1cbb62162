"""One language of the page: its texts, the API's labels, and how it writes money, shares and times."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from typing import Any

from markupsafe import Markup

from samples.licheng.report.texts import TEXTS

CHINA = timezone(timedelta(hours=8))
LANGUAGES = ("zh", "en")
TAGS = {"zh": "zh-CN", "en": "en"}


class Words:
    """What the page says in one language; called with the name of a text and what stands in it."""

    def __init__(self, language: str, codes: Mapping[str, list[dict[str, str]]]) -> None:
        self.language, self.tag = language, TAGS[language]
        self._place = LANGUAGES.index(language)
        self._codes = {(table, row["code"]): row for table, rows in codes.items() for row in rows}

    def __call__(self, name: str, **values: Any) -> Markup:
        """A text with its values, which are escaped unless they are texts themselves."""
        return Markup(TEXTS[name][self._place]).format(**values)  # noqa: S704 -- the texts are ours, the values are not

    def named(self, what: str, code: str, **values: Any) -> str:
        """What we call a state, verb or reason of the API; its code where we have no word for it."""
        return self(f"{what}_{code}", **values) if f"{what}_{code}" in TEXTS else code

    def own(self, text: str) -> str:
        """What residents or staff wrote, marked as Chinese where the page is in another language."""
        if self.language == "zh" or text.isascii():
            return text
        return Markup('<span lang="{}">{}</span>').format(TAGS["zh"], text)

    def label(self, table: str, code: str) -> str:
        """The API's own label of a code."""
        return str(self._codes[table, code][self.language])

    def short(self, table: str, code: str) -> str:
        """The same label without what it adds in brackets."""
        return self.label(table, code).partition("(")[0]

    def money(self, fen: int) -> str:
        """An amount of fen in yuan, to the fen where there are any."""
        yuan, rest = divmod(abs(fen), 100)
        number = f"{'-' if fen < 0 else ''}{yuan:,}" + (f".{rest:02}" if rest else "")
        return self("money", number=number)

    def share(self, part: float | Fraction, whole: float = 1) -> str:
        """A share in per cent, to one decimal."""
        return f"{100 * part / whole:.1f}%" if whole else "–"

    def score(self, number: float) -> str:
        """A score of 100 to one decimal."""
        return f"{number:.1f}"

    def count(self, number: float) -> str:
        """A count."""
        return f"{number:,.0f}"

    def day(self, text: str) -> str:
        """The day of an instant in China."""
        return self._day(instant(text))

    def moment(self, text: str) -> str:
        """An instant in China, to the minute."""
        found = instant(text)
        return f"{self._day(found)} {found:%H:%M}"

    def _day(self, found: datetime) -> str:
        return f"{found.month}月{found.day}日" if self.language == "zh" else f"{found.day} {MONTHS[found.month - 1]}"


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def instant(text: str) -> datetime:
    """An instant of the API on China's clocks."""
    return datetime.fromisoformat(text).astimezone(CHINA)
