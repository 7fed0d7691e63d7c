"""Disclosures as pure values."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.domain.identity import DISCLOSURE, Disclosure, DisclosureState, Identity, IdentityField
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


def test_nobody_decides_about_their_own_request() -> None:
    """Approving and refusing take a second person."""
    with pytest.raises(Refused, match="second person"):
        ASKED.approved("o1", NOW, NOW + timedelta(hours=1))
    with pytest.raises(Refused, match="second person"):
        ASKED.refused("o1", NOW)


def test_a_decision_stands() -> None:
    """What was decided isn't decided again, either way."""
    for decided in (ASKED.approved("o2", NOW, NOW + timedelta(hours=1)), ASKED.refused("o2", NOW)):
        with pytest.raises(WrongStep, match="already"):
            decided.approved("o3", NOW, NOW + timedelta(hours=1))


@given(st.integers(-48, 48), st.sampled_from(["o1", "o2", "o3"]))
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
    with pytest.raises(Refused, match="opens once"):
        opened.opened("o1", NOW)
    with pytest.raises(WrongStep, match="has not lapsed"):
        opened.lapsed(NOW + timedelta(days=1))


def test_it_lapses_when_its_time_is_over_and_not_before() -> None:
    """A request after seven days, an approval after its minutes; then nobody decides and nobody reads."""
    approved = ASKED.approved("o2", NOW, NOW + timedelta(minutes=30))
    for waiting, span in ((ASKED, timedelta(days=7)), (approved, timedelta(minutes=30))):
        with pytest.raises(WrongStep, match="has not lapsed"):
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
    with pytest.raises(BadInput, match="without a purpose"):
        evolve(ASKED, purpose=" ")
    with pytest.raises(BadInput, match="can't end"):
        ASKED.approved("o2", NOW, NOW)
