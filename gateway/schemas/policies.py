"""Shapes of the privacy policy."""

from datetime import date

from wushe.routes import Out


class PolicyOut(Out):
    """One version of the policy, in both languages."""

    version: str
    published_on: date
    zh: str
    en: str


class PoliciesOut(Out):
    """Every version, newest last."""

    policies: list[PolicyOut]
