"""Disclosures as pure values."""

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


def test_nobody_decides_about_their_own_request() -> None:
    """Approving and refusing take a second person."""
    with pytest.raises(Refused, match="second person"):
        ASKED.approved("o1", NOW, NOW + timedelta(hours=1))
    with pytest.raises(Refused, match="second person"):
        ASKED.refused("o1", NOW)


def test_a_decision_stands() -> None:
    """What was decided isn't decided again, either way."""
    for decided in (ASKED.approved("o0", NOW, NOW + timedelta(hours=1)), ASKED.refused("o2", NOW)):
        with pytest.raises(WrongStep, match="already"):
            decided.approved("o3", NOW, NOW + timedelta(hours=1))


@given(st.integers(-48, 48), st.sampled_from(["o0", "o1", "o2", "o3"]))
def test_only_the_asker_reads_and_only_in_time(minutes: int, by: str) -> None:
    """A field is readable by who asked, until the time is over, and by nobody else ever."""
    approved = ASKED.approved("o2", NOW, NOW + timedelta(minutes=30))
    at = NOW + timedelta(minutes=minutes)
    if by == "o1" and minutes < 30:
        assert approved.opened(by, at).state is DisclosureState.OPENED
    else:
        with pytest.raises(Refused):
            approved.opened(by, at)


def test_it_opens_once() -> None:
    """Within its time too; and what was opened doesn't lapse."""
    opened = ASKED.approved("o2", NOW, NOW + timedelta(minutes=30)).opened("o1", NOW)
    with pytest.raises(Refused, match="and opens only once: request it again with"):
        opened.opened("o1", NOW)
    with pytest.raises(WrongStep, match="and hasn't lapsed"):
        opened.lapsed(NOW + timedelta(days=1))


def test_it_lapses_when_its_time_is_over_and_not_before() -> None:
    """A request after seven days, an approval after its minutes; then nobody decides and nobody reads."""
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
    """Each by itself; what earlier versions asked for was all of them."""
    known = Identity(conversation="mock.1", name="Người Thử", address=ADDRESS, numbers=("0900000123",))
    shown = {one: known.only(one, "mock.p-1") for one in IdentityField}
    assert {one: (held.name, held.address, held.numbers) for one, held in shown.items()} == {
        IdentityField.NAME: ("Người Thử", None, ()),
        IdentityField.ADDRESS: ("", ADDRESS, ()),
        IdentityField.NUMBERS: ("", None, ("0900000123",)),
        IdentityField.WHOLE: ("Người Thử", ADDRESS, ("0900000123",)),
    }
    views = {one: held.to_view() for one, held in shown.items()}
    assert {one: (view.messenger, view.address) for one, view in views.items()} == {
        IdentityField.NAME: ("", ""),
        IdentityField.ADDRESS: ("mock", "u1"),
        IdentityField.NUMBERS: ("", ""),
        IdentityField.WHOLE: ("mock", "u1"),
    }


def test_a_body_of_before_asks_for_the_whole() -> None:
    """What an earlier version stored, with an approval over a week, opens as it was granted."""
    body = (
        b'{"id":"d","unit":"ninh-hoa","case":"tip:1","conversation":"mock.1","purpose":"x","requested_by":"o1",'
        b'"requested_at":"2021-09-01T01:00:00Z","asked_seq":0,"state":"approved","decided_by":"o2",'
        b'"decided_at":"2021-09-01T01:00:00Z","until":"2021-09-08T01:00:00Z"}'
    )
    stored = DISCLOSURE.decode(body, 1)
    opened = stored.opened("o1", NOW + timedelta(days=6))
    assert (opened.field, opened.ground, opened.state) == (IdentityField.WHOLE, "", DisclosureState.OPENED)


def test_a_request_is_no_permission() -> None:
    """Before a decision, and after a refusal, nothing is read."""
    for closed in (ASKED, ASKED.refused("o2", NOW)):
        with pytest.raises(Refused, match="second person must approve"):
            closed.opened("o1", NOW)


def test_a_time_without_an_approval_opens_nothing() -> None:
    """Whatever else a record says, the decision counts."""
    for closed in (ASKED, ASKED.refused("o2", NOW)):
        with pytest.raises(Refused, match="second person must approve"):
            evolve(closed, until=NOW + timedelta(hours=1)).opened("o1", NOW)


def test_purpose_and_time_are_owed() -> None:
    """A request without purpose and a grant without duration are refused."""
    with pytest.raises(BadInput, match="needs a purpose: write what you need it for"):
        evolve(ASKED, purpose=" ")
    with pytest.raises(BadInput, match="can't end"):
        ASKED.approved("o2", NOW, NOW)


@pytest.mark.parametrize("state", DisclosureState)
def test_what_ends_is_what_waits(state: DisclosureState) -> None:
    """A request after a week, an approval at its moment; whatever is done with ends no more."""
    until = NOW + timedelta(minutes=30)
    ends = {DisclosureState.REQUESTED: NOW + timedelta(days=7), DisclosureState.APPROVED: until}.get(state)
    disclosure = evolve(ASKED, state=state, until=until)
    assert disclosure.ends_at == ends
    assert not disclosure.has_lapsed(NOW)
    assert disclosure.has_lapsed(NOW + timedelta(days=8)) is (ends is not None)


@pytest.mark.parametrize("state", [state for state in DisclosureState if state is not DisclosureState.REQUESTED])
def test_what_was_decided_or_is_over_is_told_by_its_state(state: DisclosureState) -> None:
    """And by its id, whoever comes next."""
    with pytest.raises(
        WrongStep,
        match=f"Disclosure d is {state} already: if the identity is needed again, make a new request with",
    ):
        evolve(ASKED, state=state).refused("o2", NOW)


def test_each_refusal_says_what_stands_against_it() -> None:
    """With the moment that counts."""
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


def test_each_step_notes_who_and_when() -> None:
    """And leaves what was there before."""
    at = NOW + timedelta(hours=1)
    until = NOW + timedelta(hours=1, microseconds=1)
    approved = ASKED.approved("o2", at, until)
    assert approved == evolve(ASKED, state=DisclosureState.APPROVED, decided_by="o2", decided_at=at, until=until)
    assert ASKED.refused("o2", at) == evolve(ASKED, state=DisclosureState.REFUSED, decided_by="o2", decided_at=at)
    assert approved.opened("o1", at) == evolve(approved, state=DisclosureState.OPENED, opened_at=at)
    assert approved.lapsed(until) == evolve(approved, state=DisclosureState.LAPSED, lapsed_at=until)
    assert ASKED.state is DisclosureState.REQUESTED


def test_officers_see_a_name_of_the_case_alone() -> None:
    """Made of the conversation and the case; all else stays."""
    shown = ASKED.for_handlers(lambda resident, case: f"{resident} in {case}")
    assert shown == evolve(ASKED, conversation="mock.1 in tip:1")


def test_neither_words_nor_names_are_shown() -> None:
    """What is printed tells no purpose, no ground and nothing of who somebody is."""
    known = Identity(conversation="mock.1", name="Người Thử", address=ADDRESS, numbers=("0900000123",))
    told = f"{ASKED!r} {known!r} {[known.only(one, 'x') for one in IdentityField]!r}"
    for secret in ("Xác minh", "Điều 9", "Người Thử", "0900000123", "sealed"):
        assert secret not in told


def test_in_clear_stand_no_finer_times_than_an_hour() -> None:
    """Nor anything of the words."""
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
def test_a_review_is_a_third_persons_and_stands(justified: bool, state: str) -> None:
    """Neither who opened it nor who marked the case; it is given once."""
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


def test_a_review_is_due_at_its_moment() -> None:
    """Its age stops when it is reviewed, and so does its being late."""
    due = OPENING.due_at
    assert [OPENING.is_overdue(due - timedelta(microseconds=1)), OPENING.is_overdue(due)] == [False, True]
    assert OPENING.age(due) == timedelta(hours=24)
    reviewed = OPENING.reviewed("o3", due + timedelta(hours=1), justified=True)
    assert (reviewed.age(due + timedelta(days=9)), reviewed.is_overdue(due + timedelta(days=9))) == (
        timedelta(hours=25),
        False,
    )


def test_an_opening_has_a_reason_which_is_not_shown() -> None:
    """Blanks are none."""
    with pytest.raises(BadInput, match="Opening an address of tip:1 needs a reason: write why it can't wait"):
        evolve(OPENING, reason=" ")
    assert OPENING.reason not in repr(OPENING)
    assert OPENING.for_handlers(lambda resident, case: f"{resident} in {case}").conversation == "mock.1 in tip:1"
