"""Attackers with and without the signing key alter the journal in ten ways; each alteration is found at its line. The
documentation has the same table.
"""

from pathlib import Path

import pytest
from attrs import evolve, frozen
from tests.domain.audit.office import ACTS, FIRST_HEAD, SECOND_HEAD, TARGET, Office, rechain_lines

from anninh_core.domain.audit.findings import AuditVerdict, Severity

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "audit.md"


@frozen
class FindingLines:
    """The lines at which an attack on the journal is found, each 0 if it isn't: in an exported file, in the store, and
    with heads kept elsewhere.
    """

    file: int
    store: int
    outside: int


EVERYWHERE = FindingLines(TARGET, TARGET, TARGET)
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
    "cut the tail": FindingLines(0, CUT, CUT),
    "empty": FindingLines(1, 1, 1),
    "rewrite with fresh hashes": FindingLines(0, AFTER_HEAD, AFTER_HEAD),
}
"""The lines at which attacks are found if the attacker can only write into the database."""

WITH_KEY = {
    "change": FindingLines(0, 0, AFTER_HEAD),
    "delete": FindingLines(0, 0, AFTER_HEAD),
    "delete and renumber": FindingLines(0, 0, AFTER_HEAD),
    "insert": FindingLines(0, 0, AFTER_HEAD),
    "reorder": FindingLines(0, 0, AFTER_HEAD),
    "edit a hash": EVERYWHERE,
    "cut the tail": FindingLines(0, 0, CUT),
    "empty": FindingLines(1, 1, 1),
    "rewrite with fresh hashes": FindingLines(0, 0, AFTER_HEAD),
}
"""The lines at which attacks are found if the attacker controls the whole machine, chains the lines and signs the heads
again, and changes the notes.
"""


@pytest.fixture
def office() -> Office:
    return Office.open()


def attack_journal(office: Office, name: str, *, with_key: bool) -> None:
    """Carry out an attack on the journal; with the key, also make everything on the machine fit."""
    lines = ACTS[name](office.lines)
    if not with_key or not lines:
        office.put(lines)
        return
    office.put(rechain_lines(lines))
    office.resign_everything()
    if name == "edit a hash":  # The wrong hash is put back, because signing again can't make it fit.
        office.put(ACTS[name](office.lines))


@pytest.mark.parametrize("with_key", [False, True], ids=["without the key", "with the key"])
@pytest.mark.parametrize("name", list(ACTS))
def test_attack_is_found_at_its_line(office: Office, name: str, with_key: bool) -> None:
    """Each attack is found in the places and at the line of the table; where it isn't found, the journal is called
    consistent, not proven.
    """
    expected = (WITH_KEY if with_key else WITHOUT_KEY)[name]
    attack_journal(office, name, with_key=with_key)
    reports = (
        office.verify_export(),
        office.verify_store(),
        office.verify_export(office.outside),
        office.verify_store(office.outside),
    )
    broken_lines = [report.broken_at for report in reports]
    assert broken_lines == [expected.file, expected.store, expected.outside, expected.outside]
    for report in reports:
        assert report.verdict is (AuditVerdict.BROKEN if report.broken_at else AuditVerdict.CONSISTENT)


@pytest.mark.parametrize("name", [name for name in ACTS if name != "empty"])
def test_report_names_the_last_proven_head(office: Office, name: str) -> None:
    """The lines that the head before the attack covers stay proven, and the report names the first unproven line."""
    attack_journal(office, name, with_key=True)
    report = office.verify_export(office.outside)
    (note,) = [finding.sentence for finding in report.findings if finding.name == "unproven"]
    assert (report.proven_to, note) == (FIRST_HEAD, "from head 1 on, which saw line 4, nothing is proven")


def test_head_before_the_break_is_compared(office: Office) -> None:
    """A journal that is rewritten before a break is contradicted by the head that covers the line before the break."""
    lines = office.lines
    office.put([*rechain_lines(ACTS["change"](lines))[:SECOND_HEAD], *lines[SECOND_HEAD:]])
    report = office.verify_export(office.outside)
    assert report.seq == SECOND_HEAD
    (sentence,) = [finding.sentence for finding in report.findings if finding.name == "head"]
    assert sentence.endswith(f"removed or moved is one of {FIRST_HEAD + 1} to {SECOND_HEAD}")


def test_heads_of_another_journal_contradict(office: Office) -> None:
    """Heads of another journal contradict the journal from its first line on; a file without heads proves nothing."""
    first, second, *others = office.lines
    office.put(rechain_lines([second, first, *others]))
    report = office.verify_export(office.outside)
    assert [finding.line for finding in report.findings if finding.name == "head"] == [1]
    assert "of another journal" in next(finding.sentence for finding in report.findings)
    assert office.verify_export(evolve(office.outside, heads=())).verdict is AuditVerdict.CONSISTENT


def test_an_untouched_journal_is_proven(office: Office) -> None:
    """Heads kept elsewhere prove the journal's lines that they cover; without them the journal is only consistent."""
    proven = office.verify_store(office.outside)
    assert (proven.verdict, proven.proven_to, proven.seq) == (AuditVerdict.PROVEN, 9, 12)
    assert office.verify_export(office.outside).verdict is AuditVerdict.PROVEN
    assert office.verify_store().verdict is office.verify_export().verdict is AuditVerdict.CONSISTENT


def test_lines_after_the_last_head_are_unproven(office: Office) -> None:
    """An attacker with the key can rewrite the lines after the newest head kept elsewhere unnoticed, because no head
    covers them.
    """
    office.put(rechain_lines(office.lines[:10]))
    office.resign_everything()
    report = office.verify_store(office.outside)
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
def test_attack_is_described(office: Office, name: str, why: str) -> None:
    """The report describes the first wrong line of the journal as precisely as its neighbouring lines allow."""
    attack_journal(office, name, with_key=False)
    assert [finding.sentence for finding in office.verify_export().findings] == [why]


@pytest.mark.parametrize("with_key", [False, True], ids=["without the key", "with the key"])
def test_a_record_rolled_back_is_found(office: Office, with_key: bool) -> None:
    """An older row of a record that is put back, the tenth attack, is found, even if with the key everything that fits
    it is put back too.

    An exported file doesn't show this attack. In the store the record's version reveals it, unless the change's entry
    was removed and everything signed again: then only a head kept elsewhere reveals it.
    """
    outside = office.roll_back_record(with_key=with_key)
    assert office.verify_export().verdict is AuditVerdict.CONSISTENT
    alone = office.verify_store()
    compared = office.verify_store(outside)
    if with_key:
        assert alone.verdict is AuditVerdict.CONSISTENT
        assert compared.verdict is AuditVerdict.BROKEN
    else:
        assert [finding.name for finding in alone.findings if finding.severity is Severity.ALARM] == ["record_older"]
        assert alone.verdict is compared.verdict is AuditVerdict.ALARM


def test_the_documentation_has_the_same_table() -> None:
    """The documentation's table lists each attack on the journal with the places in which it is found."""
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    cells_by_act = {
        cells[1].strip(): [cell.strip() for cell in cells[2:-1]] for cells in (row.split("|") for row in rows)
    }
    for name in ACTS:
        places = [WITHOUT_KEY[name], WITH_KEY[name]]
        words = [word for place in places for word in (place.file, place.store, place.outside)]
        assert [cell != "–" for cell in cells_by_act[name]] == [bool(word) for word in words], name
    assert ROLLED_BACK in cells_by_act
