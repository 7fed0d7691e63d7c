"""What an officer may not know of changes no answer: two stores that differ by it tell the officer the same."""

from collections.abc import Iterator, Mapping

import pytest
from attrs import frozen
from tests.trust.twins import VARIANTS, Twin, answers, build
from tests.trust.use_cases import Door, doors

_FIGURES = "figures that somebody signs count every case, whoever may read it"
TOTALS = {
    "audit.trail": "whoever audits reads of all acts on a unit; the profile lets no auditor handle cases",
    **dict.fromkeys([f"reports.{verb}" for verb in ("begin", "document", "figures", "get", "refresh")], _FIGURES),
    **dict.fromkeys([f"reports.{verb}" for verb in ("paper", "render", "write")], _FIGURES),
    "tips.suggestion_agreement": "it counts how often suggestions fit, over every case, as figures do",
    "tips.transfer": "the slips of a unit are numbered in one series without gaps, whoever may read the tips",
}
"""Use case -> why its answer may differ by a case of the officer's own unit."""

WHOLE_STORE = {
    **dict.fromkeys(
        [f"audit.{verb}" for verb in ("check_checkpoint", "checkpoint", "examine", "export", "head", "verify")],
        "the journal is one, and so is the chain through it",
    ),
    **dict.fromkeys(
        ("audit.sign_head", "services.audit.heads.sign_due_head", "services.audit.log.export"),
        "the journal is one, and so is the chain through it",
    ),
    "audit.check_records": "it says up to which line of the journal it looked",
    "keys.status": "it counts the data keys of the whole store",
    "system.health": "it looks at the whole store, and counts lines of the journal",
    "reports.recount": "it counts all records",
    "retention.preview_counts": "it counts everybody's talk that belongs to no case yet, and doesn't say whose it is",
    "retention.gather_needles": "a wrapped key is another one each time it is made",
}
"""Use case of the whole district -> why its answer may differ by any case of it."""

DIFFERING: Mapping[str, Mapping[str, str]] = {
    "excluded": TOTALS,
    "excluded_above": TOTALS | WHOLE_STORE,
    "another_unit": {},
    "next_area": {},
}
"""Difference of two stores -> use case -> why it may be seen there."""


@frozen
class Comparison:
    """What was found between two stores.

    Attributes:
        differences: use case -> the first answer in which they differ.
        seen_by_others: whether an officer who may know of it sees the difference.
    """

    differences: Mapping[str, str]
    seen_by_others: bool


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(
            one,
            marks=[pytest.mark.xdist_group(f"twins-{one}"), pytest.mark.slow],  # a district each: seconds
        )
        for one in VARIANTS
    ],
)
def variant(request: pytest.FixtureRequest) -> str:
    """By what the two stores differ."""
    return str(request.param)


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory, variant: str) -> Comparison:
    """Ask in both stores whatever can be asked."""
    twins = [build(tmp_path_factory.mktemp(variant), variant, with_secret=is_there) for is_there in (False, True)]
    found = {door.name: text for door in doors(twins[0].app) if (text := next(_differences(twins, door), ""))}
    (tips,) = (door for door in doors(twins[0].app) if door.name == "tips.list")
    without, with_secret = ([answer for _, answer in answers(twin, tips, twin.other)] for twin in twins)
    for twin in twins:
        twin.app.close()
    return Comparison(found, seen_by_others=without != with_secret)


def _differences(twins: list[Twin], door: Door) -> Iterator[str]:
    both = zip(*(answers(twin, door, twin.officer) for twin in twins), strict=True)
    for (question, answer), (_, other) in both:
        if answer != other:
            yield f"{question}\n without it: {answer!r:.1500}\n with it:    {other!r:.1500}"


def test_what_is_not_theirs_changes_no_answer(comparison: Comparison, variant: str) -> None:
    """Not of a query, a list page by page, a search, a suggestion, a ledger, a document, nor of a command."""
    unexplained = [text for door, text in comparison.differences.items() if door not in DIFFERING[variant]]
    assert not unexplained, "\n".join(unexplained)


def test_every_exception_is_one(comparison: Comparison, variant: str) -> None:
    """None stands in the list that doesn't differ any more."""
    assert DIFFERING[variant].keys() <= comparison.differences.keys()


def test_the_stores_do_differ(comparison: Comparison) -> None:
    """Whoever may know of it sees it in the list of tips."""
    assert comparison.seen_by_others
