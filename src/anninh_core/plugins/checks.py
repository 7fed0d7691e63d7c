"""Checks of the opinions that plugins return. Without them, an opinion that names something unknown to the profile
would be lost silently.
"""

import re
from collections.abc import Container, Sequence
from typing import TypeVar

from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.opinions import Finding, Flag, RoutingOpinion, TriageOpinion

_KINDS = frozenset({"tip", "question", "chatter", "command", "unsuitable"})
_ID = re.compile(r"[a-z][a-z0-9_/-]{0,39}")
_SEVERITIES = frozenset({"note", "hold"})

T = TypeVar("T")


class InvalidAnswer(Exception):
    """A plugin returned an invalid opinion; raised only inside this package."""


def check_triage(result: object, district: District) -> Sequence[TriageOpinion]:
    """Check a plugin's opinion on the classification of a message, and return it as a sequence of at most one
    element.
    """
    opinions = _check_optional(result, TriageOpinion)
    for opinion in opinions:
        _require_known("kind", opinion.kind, _KINDS)
        if opinion.category:
            _require_known("category", opinion.category, district.incoming)
        if not 0 <= opinion.confidence <= 1:
            raise InvalidAnswer(f"returned confidence {opinion.confidence!r}; it goes from 0 to 1")
    return opinions


def check_routing(result: object, district: District) -> Sequence[RoutingOpinion]:
    """Check a plugin's opinion on the unit for a tip, and return it as a sequence of at most one element."""
    opinions = _check_optional(result, RoutingOpinion)
    for opinion in opinions:
        _require_known("unit", opinion.unit, district.units)
    return opinions


def check_flags(result: object, district: District) -> Sequence[Flag]:
    """Check the flags that a plugin returned for a group post, and return them."""
    checked = _check_list(result, Flag)
    for flag in checked:
        _require_known("charter code", flag.code, {rule.code for rule in district.charter.rules})
    return checked


def check_findings(result: object, district: District) -> Sequence[Finding]:
    """Check the findings that a plugin returned for a draft, and return them."""
    checked = _check_list(result, Finding)
    for finding in checked:
        _require_known("gate", finding.gate, {gate.id for gate in district.gates})
        _require_known("severity", finding.severity, _SEVERITIES)
    return checked


def _check_optional(result: object, expected_type: type[T]) -> Sequence[T]:
    return () if result is None else _check_list([result], expected_type)


def _check_list(result: object, expected_type: type[T]) -> Sequence[T]:
    """Check a list of opinions; None, as from a function without a return statement, means no opinions."""
    if result is None:
        return ()
    if not isinstance(result, list | tuple):
        raise InvalidAnswer(f"returned {type(result).__name__}; a list of {expected_type.__name__} is wanted")
    for value in result:
        if not isinstance(value, expected_type):
            raise InvalidAnswer(f"returned {type(value).__name__}; {expected_type.__name__} is wanted")
    return result


def _require_known(what: str, value: str, allowed: Container[str]) -> None:
    if value not in allowed:
        # Only a value with the form of an id is quoted, as other values may contain message content.
        quoted = f" {value!r}" if _ID.fullmatch(value) else ""
        raise InvalidAnswer(f"returned a {what}{quoted} that isn't known here")
