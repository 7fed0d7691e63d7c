"""Tests of the state machines of disclosures and emergency openings."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.domain.identity import IdentityField
from anninh_core.domain.identity.emergency_model import EmergencyOpening
from anninh_core.domain.identity.kind import DISCLOSURE, EMERGENCY_OPENING
from anninh_core.domain.identity.model import Disclosure, Identity
from anninh_core.domain.identity.states import DisclosureState, OpeningState
from anninh_core.kernel.errors import BadInput, Refused, WrongStep
from anninh_core.vocabulary.messages import Address, Place

NOW = datetime(2021, 9, 1, 1, tzinfo=UTC)
ADDRESS = Address("mock", Place.PERSON, "u1")
ASKED = Disclosure(
    id="d",
    unit="ninh-hoa",
    case="tip:1",
    conversation="mock.1",
    purpose="Xác minh tại chỗ",
    requested_by="o1",
    requested_at=NOW,
    asked_seq=0,
    ground="Điều 9",
    field=IdentityField.NAME,
)
OPENING = EmergencyOpening(
    id="e",
    unit="ninh-hoa",
    case="tip:1",
    conversation="mock.1",
    reason="Nguy hiểm",
    opened_by="o1",
    opened_at=NOW,
    due_at=NOW + timedelta(hours=24),
    marked_by="o2",
)


def test_requester_cannot_decide_own_request() -> None:
    """An officer neither approves nor refuses their own request for an identity."""
    with pytest.raises(Refused, match="second person"):
        ASKED.approved("o1", NOW, NOW + timedelta(hours=1))
    with pytest.raises(Refused, match="second person"):
        ASKED.refused("o1", NOW)


def test_request_is_decided_once() -> None:
    """A request for an identity that was approved or refused can't be decided again."""
    for decided in (ASKED.approved("o0", NOW, NOW + timedelta(hours=1)), ASKED.refused("o2", NOW)):
        with pytest.raises(WrongStep, match="already"):
            decided.approved("o3", NOW, NOW + timedelta(hours=1))


@given(st.integers(-48, 48), st.sampled_from(["o0", "o1", "o2", "o3"]))
def test_only_the_requester_opens_in_time(minutes: int, by: str) -> None:
    """Only the requester can open an approved field of an identity, and only until the approval ends."""
    approved = ASKED.approved("o2", NOW, NOW + timedelta(minutes=30))
    at = NOW + timedelta(minutes=minutes)
    if by == "o1" and minutes < 30:
        assert approved.opened(by, at).state is DisclosureState.OPENED
    else:
        with pytest.raises(Refused):
            approved.opened(by, at)


def test_disclosure_opens_once() -> None:
    """A disclosure opens once even within its time, and an opened disclosure doesn't lapse."""
    opened = ASKED.approved("o2", NOW, NOW + timedelta(minutes=30)).opened("o1", NOW)
    with pytest.raises(Refused, match="and opens only once: request it again with"):
        opened.opened("o1", NOW)
    with pytest.raises(WrongStep, match="and hasn't lapsed"):
        opened.lapsed(NOW + timedelta(days=1))


def test_disclosure_lapses_when_its_time_ends() -> None:
    """A request for an identity lapses after seven days and an approval after its minutes, not before; afterwards it
    can be neither decided nor opened.
    """
    approved = ASKED.approved("o2", NOW, NOW + timedelta(minutes=30))
    for waiting, span in ((ASKED, timedelta(days=7)), (approved, timedelta(minutes=30))):
        with pytest.raises(WrongStep, match="and hasn't lapsed"):
            waiting.lapsed(NOW + span - timedelta(seconds=1))
        lapsed = waiting.lapsed(NOW + span)
        assert (lapsed.state, lapsed.lapsed_at) == (DisclosureState.LAPSED, NOW + span)
        for over in (waiting, lapsed):
            with pytest.raises(WrongStep, match=r"already|waited"):
                over.approved("o2", NOW + span, NOW + timedelta(days=9))
            with pytest.raises(Refused, match="ended"):
                over.opened("o1", NOW + span)


def test_one_field_is_shown_without_the_others() -> None:
    """Each identity field is shown without the others, and `WHOLE`, which earlier versions requested, shows all of
    them.
    """
    identity = Identity(conversation="mock.1", name="Người Thử", address=ADDRESS, numbers=("0900000123",))
    parts = {field: identity.only(field, "mock.p-1") for field in IdentityField}
    assert {field: (part.name, part.address, part.numbers) for field, part in parts.items()} == {
        IdentityField.NAME: ("Người Thử", None, ()),
        IdentityField.ADDRESS: ("", ADDRESS, ()),
        IdentityField.NUMBERS: ("", None, ("0900000123",)),
        IdentityField.WHOLE: ("Người Thử", ADDRESS, ("0900000123",)),
    }
    views = {field: part.to_view() for field, part in parts.items()}
    assert {field: (view.messenger, view.address) for field, view in views.items()} == {
        IdentityField.NAME: ("", ""),
        IdentityField.ADDRESS: ("mock", "u1"),
        IdentityField.NUMBERS: ("", ""),
        IdentityField.WHOLE: ("mock", "u1"),
    }


def test_disclosure_of_earlier_version_opens_whole_identity() -> None:
    """A disclosure of an earlier version, approved for a week, opens the whole identity as it was granted."""
    body = (
        b'{"id":"d","unit":"ninh-hoa","case":"tip:1","conversation":"mock.1","purpose":"x","requested_by":"o1",'
        b'"requested_at":"2021-09-01T01:00:00Z","asked_seq":0,"state":"approved","decided_by":"o2",'
        b'"decided_at":"2021-09-01T01:00:00Z","until":"2021-09-08T01:00:00Z"}'
    )
    stored = DISCLOSURE.decode(body, 1)
    opened = stored.opened("o1", NOW + timedelta(days=6))
    assert (opened.field, opened.ground, opened.state) == (IdentityField.WHOLE, "", DisclosureState.OPENED)


def test_unapproved_request_opens_nothing() -> None:
    """An identity can't be opened before its request is approved or after it is refused."""
    for closed in (ASKED, ASKED.refused("o2", NOW)):
        with pytest.raises(Refused, match="second person must approve"):
            closed.opened("o1", NOW)


def test_a_time_without_an_approval_opens_nothing() -> None:
    """A disclosure with an end time but without an approval can't be opened."""
    for closed in (ASKED, ASKED.refused("o2", NOW)):
        with pytest.raises(Refused, match="second person must approve"):
            evolve(closed, until=NOW + timedelta(hours=1)).opened("o1", NOW)


def test_purpose_and_duration_are_required() -> None:
    """A request for an identity without a purpose and an approval without a duration are refused."""
    with pytest.raises(BadInput, match="needs a purpose: write what you need it for"):
        evolve(ASKED, purpose=" ")
    with pytest.raises(BadInput, match="can't end"):
        ASKED.approved("o2", NOW, NOW)


@pytest.mark.parametrize("state", DisclosureState)
def test_only_waiting_states_have_an_end(state: DisclosureState) -> None:
    """A disclosure that waits has an end: a request after a week, an approval at its `until`; no other state has an
    end.
    """
    until = NOW + timedelta(minutes=30)
    ends = {DisclosureState.REQUESTED: NOW + timedelta(days=7), DisclosureState.APPROVED: until}.get(state)
    disclosure = evolve(ASKED, state=state, until=until)
    assert disclosure.ends_at == ends
    assert not disclosure.has_lapsed(NOW)
    assert disclosure.has_lapsed(NOW + timedelta(days=8)) is (ends is not None)


@pytest.mark.parametrize("state", [state for state in DisclosureState if state is not DisclosureState.REQUESTED])
def test_second_decision_names_the_state(state: DisclosureState) -> None:
    """The refusal of a second decision about a disclosure names its id and state."""
    with pytest.raises(
        WrongStep,
        match=f"Disclosure d is {state} already: if the identity is needed again, make a new request with",
    ):
        evolve(ASKED, state=state).refused("o2", NOW)


def test_each_refusal_names_its_reason() -> None:
    """Each refusal to open a disclosure names its reason and the relevant time."""
    until = NOW + timedelta(minutes=30)
    approved = ASKED.approved("o2", NOW, until)
    opened = approved.opened("o1", NOW + timedelta(minutes=1))
    lapsed = approved.lapsed(until)
    forgotten = ASKED.lapsed(NOW + timedelta(days=7))
    for disclosure, by, words in (
        (approved, "o2", "Disclosure d was granted to another officer: request your own with"),
        (opened, "o1", "Disclosure d was opened on 2021-09-01 08:01 and opens only once: request it again with"),
        (lapsed, "o1", "Disclosure d ended on 2021-09-01 08:30: request it again with"),
        (forgotten, "o1", "Disclosure d ended on 2021-09-08 08:00: request it again with"),
        (ASKED, "o1", "Disclosure d is requested: a second person"),
        (ASKED.refused("o2", NOW), "o1", "Disclosure d is refused: a second person"),
    ):
        with pytest.raises(Refused, match=words):
            disclosure.opened(by, NOW + timedelta(minutes=2))
    with pytest.raises(WrongStep, match="Disclosure d is opened and hasn't lapsed"):
        opened.lapsed(until)
    with pytest.raises(WrongStep, match="Disclosure d waited for more than 7 days"):
        ASKED.approved("o2", NOW + timedelta(days=7), NOW + timedelta(days=8))
    with pytest.raises(Refused, match="Officer o1 asked for disclosure d: a second person must decide about it"):
        ASKED.refused("o1", NOW)
    with pytest.raises(
        BadInput, match="A request for an identity of tip:1 needs a purpose: write what you need it for"
    ):
        evolve(ASKED, purpose="")


def test_each_transition_records_actor_and_time() -> None:
    """Each transition of a disclosure records actor and time, and leaves the previous value unchanged."""
    at = NOW + timedelta(hours=1)
    until = NOW + timedelta(hours=1, microseconds=1)
    approved = ASKED.approved("o2", at, until)
    assert approved == evolve(ASKED, state=DisclosureState.APPROVED, decided_by="o2", decided_at=at, until=until)
    assert ASKED.refused("o2", at) == evolve(ASKED, state=DisclosureState.REFUSED, decided_by="o2", decided_at=at)
    assert approved.opened("o1", at) == evolve(approved, state=DisclosureState.OPENED, opened_at=at)
    assert approved.lapsed(until) == evolve(approved, state=DisclosureState.LAPSED, lapsed_at=until)
    assert ASKED.state is DisclosureState.REQUESTED


def test_officers_see_a_pseudonym_of_the_case() -> None:
    """Officers see the reporter under a pseudonym made from the conversation and the case; the other fields are
    unchanged.
    """
    view = ASKED.for_handlers(lambda resident, case: f"{resident} in {case}")
    assert view == evolve(ASKED, conversation="mock.1 in tip:1")


def test_repr_shows_no_words_or_names() -> None:
    """The repr of disclosures and identities contains no purpose, no legal ground and no identity."""
    identity = Identity(conversation="mock.1", name="Người Thử", address=ADDRESS, numbers=("0900000123",))
    printed = f"{ASKED!r} {identity!r} {[identity.only(field, 'x') for field in IdentityField]!r}"
    for secret in ("Xác minh", "Điều 9", "Người Thử", "0900000123", "sealed"):
        assert secret not in printed


def test_clear_columns_are_precise_to_the_hour() -> None:
    """The unencrypted columns of a disclosure contain no time finer than an hour and no text."""
    assert DISCLOSURE.columns(evolve(ASKED, requested_at=NOW + timedelta(minutes=59))) == {
        "state": "requested",
        "case": "tip:1",
        "conversation": "mock.1",
        "requested": "2021-09-01T01",
    }
    assert (DISCLOSURE.unit(ASKED), DISCLOSURE.scope(ASKED)) == ("ninh-hoa", "disclosure:d")
    assert EMERGENCY_OPENING.columns(OPENING) == {"state": "unreviewed", "case": "tip:1", "opened": "2021-09-01T01"}
    assert (EMERGENCY_OPENING.unit(OPENING), EMERGENCY_OPENING.scope(OPENING)) == ("ninh-hoa", "emergency_opening:e")


@pytest.mark.parametrize(("justified", "state"), [(True, "justified"), (False, "unjustified")])
def test_third_person_reviews_an_opening_once(justified: bool, state: str) -> None:
    """An emergency opening is reviewed once, and neither by the officer who opened it nor by the officer who marked the
    case.
    """
    at = NOW + timedelta(hours=30)
    for by, words in (
        ("o1", "Officer o1 opened the address in emergency opening e"),
        ("o2", "Officer o2 marked tip:1 as the emergency behind opening e"),
    ):
        with pytest.raises(Refused, match=words):
            OPENING.reviewed(by, at, justified=justified)
    reviewed = OPENING.reviewed("o3", at, justified=justified)
    assert reviewed == evolve(OPENING, state=OpeningState(state), reviewed_by="o3", reviewed_at=at)
    with pytest.raises(WrongStep, match=f"Emergency opening e was reviewed already: it is {state}"):
        reviewed.reviewed("o4", at, justified=not justified)
    assert evolve(OPENING, marked_by=None).reviewed("o2", at, justified=justified).reviewed_by == "o2"
    assert OPENING.reviewed("o0", at, justified=justified).reviewed_by == "o0"


def test_review_is_overdue_from_its_due_time() -> None:
    """The review of an emergency opening is overdue from its due time on, and the age and lateness of the opening stop
    at its review.
    """
    due = OPENING.due_at
    assert [OPENING.is_overdue(due - timedelta(microseconds=1)), OPENING.is_overdue(due)] == [False, True]
    assert OPENING.age(due) == timedelta(hours=24)
    reviewed = OPENING.reviewed("o3", due + timedelta(hours=1), justified=True)
    assert (reviewed.age(due + timedelta(days=9)), reviewed.is_overdue(due + timedelta(days=9))) == (
        timedelta(hours=25),
        False,
    )


def test_opening_needs_a_reason_and_hides_it() -> None:
    """An emergency opening needs a reason that isn't blank, and its repr doesn't show it."""
    with pytest.raises(BadInput, match="Opening an address of tip:1 needs a reason: write why it can't wait"):
        evolve(OPENING, reason=" ")
    assert OPENING.reason not in repr(OPENING)
    assert OPENING.for_handlers(lambda resident, case: f"{resident} in {case}").conversation == "mock.1 in tip:1"
