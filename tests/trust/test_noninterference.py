"""Hidden records change no answer: an officer gets the same answers from two stores that differ only in hidden
records.
"""

from collections.abc import Iterator, Mapping

import pytest
from attrs import frozen
from tests.trust.twins import VARIANTS, ComparedStore, build_store, iter_answers
from tests.trust.use_cases import PublicUseCase, iter_use_cases

_FIGURES = "figures that somebody signs count every case, whoever may read it"
TOTALS = {
    "audit.trail": "whoever audits reads of all acts on a unit; the profile lets no auditor handle cases",
    **dict.fromkeys([f"reports.{verb}" for verb in ("begin", "document", "figures", "get", "refresh")], _FIGURES),
    **dict.fromkeys([f"reports.{verb}" for verb in ("paper", "render", "write")], _FIGURES),
    "tips.suggestion_agreement": "it counts how often suggestions fit, over every case, as figures do",
    "tips.transfer": "the slips of a unit are numbered in one series without gaps, whoever may read the tips",
}
"""Use case -> why a hidden case of the officer's own unit may change its answer."""

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
"""Use case about the whole district -> why any hidden case may change its answer."""

DIFFERING: Mapping[str, Mapping[str, str]] = {
    "excluded": TOTALS,
    "excluded_above": TOTALS | WHOLE_STORE,
    "another_unit": {},
    "next_area": {},
}
"""Name of a variant -> use case -> why its answer may show the difference between the variant's two stores."""


@frozen
class Comparison:
    """The differences that a comparison of two stores found.

    Attributes:
        differences: use case -> the first answer in which the stores differ.
        seen_by_others: whether an officer with permission sees the difference.
    """

    differences: Mapping[str, str]
    seen_by_others: bool


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(
            name,
            # Each variant builds two districts, which takes seconds.
            marks=[pytest.mark.xdist_group(f"twins-{name}"), pytest.mark.slow],
        )
        for name in VARIANTS
    ],
)
def variant(request: pytest.FixtureRequest) -> str:
    """The name of the variant, which determines how the two stores differ."""
    return str(request.param)


@pytest.fixture(scope="module")
def store_comparison(tmp_path_factory: pytest.TempPathFactory, variant: str) -> Comparison:
    """The differences between the answers of every use case from two stores, where only the second store has a hidden
    case.
    """
    twins = [build_store(tmp_path_factory.mktemp(variant), variant, with_secret=is_there) for is_there in (False, True)]
    differences = {
        door.name: text for door in iter_use_cases(twins[0].app) if (text := next(_iter_differences(twins, door), ""))
    }
    (tips,) = (door for door in iter_use_cases(twins[0].app) if door.name == "tips.list")
    without_secret, with_secret = ([answer for _, answer in iter_answers(twin, tips, twin.other)] for twin in twins)
    for twin in twins:
        twin.app.close()
    return Comparison(differences, seen_by_others=without_secret != with_secret)


def _iter_differences(twins: list[ComparedStore], door: PublicUseCase) -> Iterator[str]:
    both = zip(*(iter_answers(twin, door, twin.officer) for twin in twins), strict=True)
    for (question, answer), (_, other_answer) in both:
        if answer != other_answer:
            yield f"{question}\n without it: {answer!r:.1500}\n with it:    {other_answer!r:.1500}"


def test_hidden_things_change_no_answer(store_comparison: Comparison, variant: str) -> None:
    """A hidden case changes no answer of a query, page, search, suggestion, ledger, document or command."""
    unexplained = [text for door, text in store_comparison.differences.items() if door not in DIFFERING[variant]]
    assert not unexplained, "\n".join(unexplained)


def test_every_exception_is_needed(store_comparison: Comparison, variant: str) -> None:
    """Each use case that is listed as an exception still differs between the two stores."""
    assert DIFFERING[variant].keys() <= store_comparison.differences.keys()


def test_stores_differ_for_others(store_comparison: Comparison) -> None:
    """An officer with permission sees the difference between the two stores in the list of tips."""
    assert store_comparison.seen_by_others
