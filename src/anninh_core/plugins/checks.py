"""What an opinion must look like. An opinion that names something the profile doesn't have would be lost in silence."""

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
    """A plugin returned something that isn't an answer; stays inside this package."""


def check_triage(said: object, district: District) -> Sequence[TriageOpinion]:
    """Return the opinion as a sequence of none or one."""
    opinions = _check_optional(said, TriageOpinion)
    for opinion in opinions:
        _require_known("kind", opinion.kind, _KINDS)
        if opinion.category:
            _require_known("category", opinion.category, district.incoming)
        if not 0 <= opinion.confidence <= 1:
            raise InvalidAnswer(f"returned confidence {opinion.confidence!r}; it goes from 0 to 1")
    return opinions


def check_routing(said: object, district: District) -> Sequence[RoutingOpinion]:
    """Return the opinion as a sequence of none or one."""
    opinions = _check_optional(said, RoutingOpinion)
    for opinion in opinions:
        _require_known("unit", opinion.unit, district.units)
    return opinions


def check_flags(said: object, district: District) -> Sequence[Flag]:
    """Return the flags."""
    checked = _check_list(said, Flag)
    for flag in checked:
        _require_known("charter code", flag.code, {rule.code for rule in district.charter.rules})
    return checked


def check_findings(said: object, district: District) -> Sequence[Finding]:
    """Return the findings."""
    checked = _check_list(said, Finding)
    for finding in checked:
        _require_known("gate", finding.gate, {gate.id for gate in district.gates})
        _require_known("severity", finding.severity, _SEVERITIES)
    return checked


def _check_optional(said: object, wanted: type[T]) -> Sequence[T]:
    return () if said is None else _check_list([said], wanted)


def _check_list(said: object, wanted: type[T]) -> Sequence[T]:
    """Check a list; `None` from a function without a return statement means nothing to say."""
    if said is None:
        return ()
    if not isinstance(said, list | tuple):
        raise InvalidAnswer(f"returned {type(said).__name__}; a list of {wanted.__name__} is wanted")
    for value in said:
        if not isinstance(value, wanted):
            raise InvalidAnswer(f"returned {type(value).__name__}; {wanted.__name__} is wanted")
    return said


def _require_known(what: str, value: str, known: Container[str]) -> None:
    if value not in known:
        quoted = f" {value!r}" if _ID.fullmatch(value) else ""  # anything else may quote what was said
        raise InvalidAnswer(f"returned a {what}{quoted} that isn't known here")
