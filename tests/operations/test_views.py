"""What leaves of everything that has an answer outside the process."""

from collections.abc import Iterator
from typing import get_type_hints

import pytest
from tests.app.test_api import NOUNS
from tests.operations.views import CASES, FILE, OFFICE, answers, describe, opens_one, public_verbs, shown_as, with_parts

from anninh_core.app import App
from anninh_core.domain.tips.sorting.duplicates import Likeness
from anninh_core.testing import memory_app
from anninh_core.usecase.views import view

AGAIN = "write it anew by `python -m tests.operations.views`, if that may leave"
NEVER = ("conversation", "excluded", "proof", "blob", "sha256", "hash", "platform_id", "mark", "secret", "row", "url")
"""Names of what a view of a case has no field of."""
NO_RECORDS = {
    "HandlerSuggestion",
    "PasskeyRow",  # a part of an account
    "ImportedArticles",
    # Opened, given or found once, and stored nowhere as it is shown.
    "BindingCode",
    "IncidentAnswerView",
    "FoundDataView",
    "DraftRow",
    "HandedOver",
    "OpenedAddressView",
    "RevealedIdentityView",
    # What never changes.
    "CheckpointView",
    "HeadReceipt",
    "SignedHeadView",
    # Secrets, each shown once to whom it belongs.
    "NewToken",
    "PasskeyOffer",
    "RecoveryCodes",
    "SetupCode",
    "TotpEnrolment",
}
"""Views that a command answers and that have no version."""


@pytest.fixture(scope="module")
def opened() -> Iterator[App]:
    with memory_app() as app:
        yield app


def test_what_leaves_is_written_down(opened: App) -> None:
    """A field more in what is shown outside the process needs its line in the list; every answer has a view."""
    assert describe(answers(opened)) == FILE.read_text(encoding="utf-8"), AGAIN


def test_every_noun_is_looked_at_as_what_it_is() -> None:
    """A new one is about cases, or about the office: other tests look for other secrets in its answers."""
    assert {*NOUNS} == {*CASES, *OFFICE, "accounts"}


def test_no_view_has_a_field_of_what_never_leaves(opened: App) -> None:
    """Neither chats, exclusions and proofs nor names of files and hashes; a law's address is public."""
    views = with_parts(one for one in answers(opened, CASES).values() if one is not None)
    found = {(name, field) for name, one in views.items() for field in get_type_hints(one) if field in NEVER}
    assert found == {("LegalSourceView", "url"), ("WorkNews", "mark")}


def test_every_view_of_a_record_has_its_version(opened: App) -> None:
    """Whoever changes something can say which one was seen."""
    changing = {name for name, verb in public_verbs(opened) if not opens_one(verb)}
    records = {one for name, one in answers(opened).items() if name in changing and one is not None}
    unnumbered = {one.__name__ for one in records if get_type_hints(one).get("version") is not int}
    assert unnumbered == NO_RECORDS


def test_what_has_no_view_or_no_plain_field_is_refused() -> None:
    """A class that nobody made a view of, a field that can't leave, and two views of one name."""
    with pytest.raises(TypeError, match="has no view"):
        shown_as(Likeness, opens_one=True)

    @view
    class Odd:
        """A view with a field of which nobody knows how it leaves."""

        anything: object

    with pytest.raises(TypeError, match=r"Odd\.anything"):
        with_parts(iter([Odd]))
    twins: list[type] = [view(type("Twin", (), {})) for _ in range(2)]
    with pytest.raises(TypeError, match="two views"):
        with_parts(iter(twins))
