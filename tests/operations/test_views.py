"""The views of all answers that external callers can get."""

from collections.abc import Iterator
from typing import get_type_hints

import pytest
from tests.app.test_api import NOUNS
from tests.operations.views import (
    CASES,
    FILE,
    OFFICE,
    collect_view_parts,
    describe_views,
    find_view,
    is_query,
    iter_public_verbs,
    map_answer_views,
)

from anninh_core.app import App
from anninh_core.domain.tips.sorting.duplicates import Likeness
from anninh_core.testing import memory_app
from anninh_core.usecase.views import view

AGAIN = "write it anew by `python -m tests.operations.views`, if that may leave"
NEVER = ("conversation", "excluded", "proof", "blob", "sha256", "hash", "platform_id", "mark", "secret", "row", "url")
"""Field names that no view of a case may have."""
NO_RECORDS = {
    "HandlerSuggestion",
    "PasskeyRow",  # This view is a part of an account.
    "ImportedArticles",
    # These views are opened, given or found once, and not stored in this form.
    "BindingCode",
    "IncidentAnswerView",
    "FoundDataView",
    "DraftRow",
    "HandedOver",
    "OpenedAddressView",
    "RevealedIdentityView",
    # These views show immutable records.
    "CheckpointView",
    "HeadReceipt",
    "SignedHeadView",
    # These views contain secrets that are shown once to their owner.
    "NewToken",
    "PasskeyOffer",
    "RecoveryCodes",
    "SetupCode",
    "TotpEnrolment",
}
"""Views that commands answer with and that have no version."""


@pytest.fixture(scope="module")
def opened_app() -> Iterator[App]:
    with memory_app() as app:
        yield app


def test_views_equal_the_list(opened_app: App) -> None:
    """Every answer has a view, and the checked-in list has a line for each field of the view."""
    assert describe_views(map_answer_views(opened_app)) == FILE.read_text(encoding="utf-8"), AGAIN


def test_every_noun_is_classified() -> None:
    """Every noun is in `CASES`, in `OFFICE` or is about accounts, since each group's answers are searched for different
    secrets.
    """
    assert {*NOUNS} == {*CASES, *OFFICE, "accounts"}


def test_case_views_have_no_secret_fields(opened_app: App) -> None:
    """No view of a case has a field for a chat, an exclusion, a proof, a file's stored name or a hash; a law's address
    is public.
    """
    views = collect_view_parts(answer for answer in map_answer_views(opened_app, CASES).values() if answer is not None)
    forbidden = {(name, field) for name, cls in views.items() for field in get_type_hints(cls) if field in NEVER}
    assert forbidden == {("LegalSourceView", "url"), ("WorkNews", "mark")}


def test_every_view_of_a_record_has_its_version(opened_app: App) -> None:
    """Every view that a changing command answers with has the record's version, so that callers can send the version
    they saw.
    """
    changing = {name for name, verb in iter_public_verbs(opened_app) if not is_query(verb)}
    records = {cls for name, cls in map_answer_views(opened_app).items() if name in changing and cls is not None}
    unnumbered = {cls.__name__ for cls in records if get_type_hints(cls).get("version") is not int}
    assert unnumbered == NO_RECORDS


def test_invalid_views_are_refused() -> None:
    """A class without a view, a field of a type that can't be serialised, and two views of one name are refused."""
    with pytest.raises(TypeError, match="has no view"):
        find_view(Likeness, opens_one=True)

    @view
    class Odd:
        """A view with a field that can't be serialised."""

        anything: object

    with pytest.raises(TypeError, match=r"Odd\.anything"):
        collect_view_parts(iter([Odd]))
    twins: list[type] = [view(type("Twin", (), {})) for _ in range(2)]
    with pytest.raises(TypeError, match="two views"):
        collect_view_parts(iter(twins))
