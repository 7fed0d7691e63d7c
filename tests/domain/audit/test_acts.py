"""Ten acts on the journal by two attackers: what is found, where, and by what. The documentation has the same table."""

from pathlib import Path

import pytest
from attrs import evolve, frozen
from tests.domain.audit.office import ACTS, FIRST_HEAD, SECOND_HEAD, TARGET, Office, rechained

from anninh_core.domain.audit.findings import AuditVerdict, Severity

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "audit.md"


@frozen
class Found:
    """The line at which an act is found, 0 for never: in an exported file, in the store, with heads kept elsewhere."""

    file: int
    store: int
    outside: int


EVERYWHERE = Found(TARGET, TARGET, TARGET)
AFTER_HEAD = FIRST_HEAD + 1
CUT = TARGET + 1
ROLLED_BACK = "roll one record back"

WITHOUT_KEY = {
    "change": EVERYWHERE,
    "delete": EVERYWHERE,
    "delete and renumber": EVERYWHERE,
    "insert": EVERYWHERE,
    "reorder": EVERYWHERE,
    "edit a hash": EVERYWHERE,
    "cut the tail": Found(0, CUT, CUT),
    "empty": Found(1, 1, 1),
    "rewrite with fresh hashes": Found(0, AFTER_HEAD, AFTER_HEAD),
}
"""Whoever can write the database, and nothing else."""

WITH_KEY = {
    "change": Found(0, 0, AFTER_HEAD),
    "delete": Found(0, 0, AFTER_HEAD),
    "delete and renumber": Found(0, 0, AFTER_HEAD),
    "insert": Found(0, 0, AFTER_HEAD),
    "reorder": Found(0, 0, AFTER_HEAD),
    "edit a hash": EVERYWHERE,
    "cut the tail": Found(0, 0, CUT),
    "empty": Found(1, 1, 1),
    "rewrite with fresh hashes": Found(0, 0, AFTER_HEAD),
}
"""Whoever has the whole machine: chains the lines anew, signs the store's heads anew, and changes what was noted."""


@pytest.fixture
def office() -> Office:
    return Office.open()


def act(office: Office, name: str, *, with_key: bool) -> None:
    """Do it; who has the key makes everything on the machine fit again."""
    lines = ACTS[name](office.lines)
    if not with_key or not lines:
        office.put(lines)
        return
    office.put(rechained(lines))
    office.sign_anew()
    if name == "edit a hash":  # nothing can make that fit again
        office.put(ACTS[name](office.lines))


@pytest.mark.parametrize("with_key", [False, True], ids=["without the key", "with the key"])
@pytest.mark.parametrize("name", list(ACTS))
def test_an_act_is_found(office: Office, name: str, with_key: bool) -> None:
    """Where the table says so and at the line that it says; where not, nothing is called proven."""
    expected = (WITH_KEY if with_key else WITHOUT_KEY)[name]
    act(office, name, with_key=with_key)
    reports = (office.exported(), office.examined(), office.exported(office.outside), office.examined(office.outside))
    found = [report.broken_at for report in reports]
    assert found == [expected.file, expected.store, expected.outside, expected.outside]
    for report in reports:
        assert report.verdict is (AuditVerdict.BROKEN if report.broken_at else AuditVerdict.CONSISTENT)


@pytest.mark.parametrize("name", [name for name in ACTS if name != "empty"])
def test_it_is_told_from_which_head_on_nothing_is_proven(office: Office, name: str) -> None:
    """What the head before the act saw stays proven; from there on nothing is."""
    act(office, name, with_key=True)
    report = office.exported(office.outside)
    (note,) = [found.sentence for found in report.findings if found.name == "unproven"]
    assert (report.proven_to, note) == (FIRST_HEAD, "from head 1 on, which saw line 4, nothing is proven")


def test_a_head_of_the_last_line_that_holds_is_compared(office: Office) -> None:
    """What was rewritten before the break is found by the head that saw the line before it."""
    lines = office.lines
    office.put([*rechained(ACTS["change"](lines))[:SECOND_HEAD], *lines[SECOND_HEAD:]])
    report = office.exported(office.outside)
    assert report.seq == SECOND_HEAD
    (sentence,) = [found.sentence for found in report.findings if found.name == "head"]
    assert sentence.endswith(f"removed or moved is one of {FIRST_HEAD + 1} to {SECOND_HEAD}")


def test_the_heads_of_another_journal_contradict_it(office: Office) -> None:
    """From the first line on; a file without heads says nothing."""
    first, second, *others = office.lines
    office.put(rechained([second, first, *others]))
    report = office.exported(office.outside)
    assert [found.line for found in report.findings if found.name == "head"] == [1]
    assert "of another journal" in next(found.sentence for found in report.findings)
    assert office.exported(evolve(office.outside, heads=())).verdict is AuditVerdict.CONSISTENT


def test_an_untouched_journal_is_proven(office: Office) -> None:
    """Heads kept elsewhere prove what they saw; without them it is consistent and no more."""
    proven = office.examined(office.outside)
    assert (proven.verdict, proven.proven_to, proven.seq) == (AuditVerdict.PROVEN, 9, 12)
    assert office.exported(office.outside).verdict is AuditVerdict.PROVEN
    assert office.examined().verdict is office.exported().verdict is AuditVerdict.CONSISTENT


def test_what_came_after_the_last_head_is_not_covered(office: Office) -> None:
    """With the key, lines after the newest head kept elsewhere can be rewritten unseen: the limit of every head."""
    office.put(rechained(office.lines[:10]))
    office.sign_anew()
    report = office.examined(office.outside)
    assert (report.verdict, report.proven_to, report.seq) == (AuditVerdict.PROVEN, 9, 10)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("change", "the content of line 7 was altered"),
        ("delete", "line 7 is missing: line 8 is in its place"),
        ("delete and renumber", "line 7 names another line before it: one was altered, removed or inserted"),
        ("insert", "line 7 was inserted: a later line follows from line 6"),
        ("reorder", "line 7 was moved: it follows from a later line"),
        ("edit a hash", "the hash of line 7 was altered"),
    ],
)
def test_what_was_done_is_named(office: Office, name: str, why: str) -> None:
    """A sentence says what the first wrong line is, as far as the lines around it tell."""
    act(office, name, with_key=False)
    assert [found.sentence for found in office.exported().findings] == [why]


@pytest.mark.parametrize("with_key", [False, True], ids=["without the key", "with the key"])
def test_a_record_rolled_back_is_found(office: Office, with_key: bool) -> None:
    """The tenth act: an older row of a record is put back, by whoever has the key with all that fits to it.

    Nothing of it stands in an exported file. In the store its version betrays it, unless the entry of the change was
    taken out and everything signed anew: then only a head kept elsewhere does.
    """
    outside = office.roll_back(with_key=with_key)
    assert office.exported().verdict is AuditVerdict.CONSISTENT
    alone = office.examined()
    compared = office.examined(outside)
    if with_key:
        assert alone.verdict is AuditVerdict.CONSISTENT
        assert compared.verdict is AuditVerdict.BROKEN
    else:
        assert [found.name for found in alone.findings if found.severity is Severity.ALARM] == ["record_older"]
        assert alone.verdict is compared.verdict is AuditVerdict.ALARM


def test_the_documentation_has_the_same_table() -> None:
    """Every act stands there with what finds it."""
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    told = {cells[1].strip(): [cell.strip() for cell in cells[2:-1]] for cells in (row.split("|") for row in rows)}
    for name in ACTS:
        found = [WITHOUT_KEY[name], WITH_KEY[name]]
        words = [word for one in found for word in (one.file, one.store, one.outside)]
        assert [cell != "–" for cell in told[name]] == [bool(word) for word in words], name
    assert ROLLED_BACK in told
