"""What people read of errors: the same place for the command line and the API, and true to what the code says."""

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from enum import Enum
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

import anninh_core
from anninh_core.domain.content.values import ItemState
from anninh_core.domain.duty.states import AlarmState
from anninh_core.domain.groups.states import GroupState
from anninh_core.domain.identity.states import DisclosureState, OpeningState
from anninh_core.domain.inquiries.states import InquiryState
from anninh_core.domain.leaks.states import LeakState
from anninh_core.domain.moderation.states import PostState
from anninh_core.domain.programme.duty import DutyState
from anninh_core.domain.reports.states import ReportState
from anninh_core.domain.retention.rules import ErasureState
from anninh_core.domain.rights.states import RequestState
from anninh_core.domain.tips.states import TipState
from anninh_core.door.error_words import explain_error
from anninh_core.door.error_words.particular import (
    sentence_table,
    system_sentences,
    translate_sentence,
    words_of_records,
)
from anninh_core.door.errors import ArgumentError, BadArguments
from anninh_core.kernel import errors
from anninh_core.kernel.errors import AlreadyDone, NotFound, StepUpNeeded, TooManyRequests, WrongStep

SOURCES = Path(anninh_core.__file__).parents[1]
STATES = (
    *(AlarmState, DisclosureState, DutyState, ErasureState, GroupState, InquiryState, ItemState, LeakState),
    *(OpeningState, PostState, ReportState, RequestState, TipState),
)
SEE = "`anninh tips list` shows those you may see"
HOLE = re.compile(r"\{[wr]?\}")
AT_THE_KEYBOARD = (
    "value can value.",
    "value value doesn't open: value.",  # the first value is a kind of record
    "Messenger value can send neither to a person nor to a group.",
    "A start takes a person who types the passphrase: after a power cut nothing is taken in until then.",
    "It starts by itself with the passphrase from value: whoever has that and the file reads everything.",
)
"""What `anninh doctor` alone says: of messengers, and of how the program starts."""
DAILY = (
    *("domain/content", "domain/conversations", "domain/drafts", "domain/duty", "domain/groups", "domain/inquiries"),
    *("domain/leaks", "domain/moderation", "domain/programme", "domain/rights", "domain/tips", "workflows"),
)
"""Where the acts of an ordinary day are carried out."""
VALUES = {"{}": "value", "{w}": "tip", "{r}": "'value'"}


@cache
def said_in_the_code() -> frozenset[str]:
    """All texts of the code, with {} where a value is filled in."""
    return frozenset(text for file in SOURCES.rglob("*.py") for text in _texts(file))


def test_every_sentence_stands_in_the_code() -> None:
    """What nobody says any more is taken out of the tables, and what is said otherwise is translated anew."""
    said = said_in_the_code()
    assert [one for one in sentence_table() if one not in system_sentences() and HOLE.sub("{}", one) not in said] == []


@pytest.mark.parametrize(
    "file",
    [
        *(f"app/doctor/{name}_checks.py" for name in ("app", "backup", "calendar", "duty", "key", "system")),
        "app/faults.py",
        "app/watchdog/inspection.py",
        "app/watchdog/watch_checks.py",
        "worker/jobs/duty_reach.py",
    ],
)
def test_what_the_board_tells_of_health_is_vietnamese(file: str) -> None:
    """Whatever those checks say over the board, what was found and what to do, has been translated."""
    tree = ast.parse((SOURCES / "anninh_core" / file).read_text(encoding="utf-8"))
    docs = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    parts = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    said = {
        _fill(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr | ast.Constant) and node not in docs | parts
    }
    sentences = {text for text in said if text.endswith(".") and " " in text and text not in AT_THE_KEYBOARD}
    assert [text for text in sorted(sentences) if not translate_sentence(text)] == []


@pytest.mark.parametrize("folder", DAILY)
def test_what_an_act_of_the_day_refuses_is_vietnamese(folder: str) -> None:
    """Whatever an officer's act refuses as wrong input or a wrong step has been translated."""
    refused = {
        _fill(call.args[0])
        for file in (SOURCES / "anninh_core" / folder).rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("BadInput", "WrongStep")
        if call.args and isinstance(call.args[0], ast.JoinedStr | ast.Constant)
    }
    assert refused
    told = {one: translate_sentence(one) or translate_sentence(one.replace("value", "'value'")) for one in refused}
    assert [one for one in sorted(refused) if not told[one]] == []


def _fill(node: ast.JoinedStr | ast.Constant) -> str:
    """Return a text with a value wherever one is filled in."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "value" for part in node.values)


@pytest.mark.parametrize("english", [*sentence_table()])
def test_a_sentence_is_recognised_and_keeps_its_values(english: str) -> None:
    """Filled in as the code fills it in, it is found again, and no hole stays open."""
    filled = HOLE.sub(lambda hole: VALUES[hole[0]], english)
    told = translate_sentence(filled)
    assert told
    assert not HOLE.search(told)


@pytest.mark.parametrize("english", [*sentence_table()])
def test_a_translation_names_only_what_there_is(english: str) -> None:
    """Each number in braces is that of a value, and what stands in backticks is typed as it is."""
    numbers = {int(name) for _, name, _, _ in Formatter().parse(sentence_table()[english]) if name is not None}
    assert numbers <= set(range(len(HOLE.findall(english))))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NotFound("there is no unit 'x' in profile p; `anninh units` lists them"), ("'x'", "`anninh units`")),
        (WrongStep("tip t1 is received: it can't become closed, only triaged"), ("t1", "đã tiếp nhận", "đã phân loại")),
        (errors.Stale("tip", "t1", seen=2, version=3), ("t1", "phiên bản 2", "nay là 3", "xem lại")),
        (AlreadyDone("k1"), ("'k1'", "không làm lần thứ hai")),
        (StepUpNeeded("reports.sign", "password"), ("reports.sign", "yếu tố thứ hai")),
        (TooManyRequests("too many failed tries; wait 30 seconds", timedelta(seconds=30)), ("30 giây",)),
        (errors.NotSignedIn("what you showed is wrong, or holds no longer; sign in again"), ("đăng nhập lại",)),
        (
            errors.Refused("person:a may tip.read nowhere on 2026-11-28, not on 'hoa-lu'; roles that give it: auditor"),
            ("28/11/2026", "tip.read", "'hoa-lu'", "auditor", "không có ở đơn vị nào"),
        ),
        (
            errors.NotVisible("there is no tip 't1' on which person:a may tip.read; " + SEE),
            ("tin báo 't1'", "`anninh tips list`"),
        ),
        (BadArguments("tips.assign", [ArgumentError("unit", "is missing")]), ("tips.assign", "unit: còn thiếu")),
    ],
)
def test_frequent_errors_are_vietnamese_sentences(error: Exception, words: tuple[str, ...]) -> None:
    """The value and the way out are in them, and nothing of the English is left."""
    told = explain_error(error, "vi")
    assert [one for one in words if one not in told] == []
    assert str(error) not in told
    assert explain_error(error, "en") == str(error)


@pytest.mark.parametrize("states", STATES)
def test_states_are_told_in_words(states: type[Enum]) -> None:
    """A sentence that names a state names it as people here say it."""
    assert [one.value for one in states if one.value not in words_of_records()] == []


def test_what_nobody_translated_keeps_its_own_words() -> None:
    """A general sentence of its class, and behind it what names the value."""
    told = explain_error(errors.BadInput("the frob of 'x' is odd"), "vi")
    assert told.endswith("[the frob of 'x' is odd]")
    assert not told.startswith("[")


def test_a_general_sentence_takes_nothing_for_its_own() -> None:
    """A sentence that only begins alike isn't translated by another's."""
    assert translate_sentence("there is no frob in sight of anybody") == ""


def _texts(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.sub(r"\{\d\}", "{}", node.value)
        elif isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
