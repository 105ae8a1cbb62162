"""The calendar of the residents: a day is a day in China, whatever clock the machine keeps."""

from datetime import date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))


def local_day(moment: datetime) -> date:
    """The day a moment falls on."""
    return moment.astimezone(CHINA).date()
