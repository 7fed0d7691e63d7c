"""Whether anything is new: a mark that says nothing, costs no entry and betrays no case."""

from datetime import timedelta

import pytest
from tests.workflows.work_queue.conftest import Office

from anninh_core.kernel.errors import BadInput
from anninh_core.operations import Door
from anninh_core.usecase import Actor
from anninh_core.workflows.changes import READERS


def begin(office: Office, actor: Actor) -> str:
    return office.app.work.news(actor).mark


def test_what_somebody_may_read_is_news(stored_office: Office) -> None:
    """On each storage: whoever reads the tips of a unit hears that one changed, once, and others don't."""
    office = stored_office
    lan = begin(office, office.lan)
    van = begin(office, office.van)
    office.receive("Có trộm ở chợ")
    news = office.app.work.news(office.lan, since=lan)
    assert news.kinds == ("tip",)
    assert office.app.work.news(office.lan, since=news.mark).kinds == ()
    assert office.app.work.news(office.van, since=van).kinds == ()


def test_an_excluded_case_is_no_news(stored_office: Office) -> None:
    """On each storage, whatever happens to a case from which somebody is excluded, nothing is new for them."""
    office = stored_office
    tip = office.receive("Cán bộ Eve nhận tiền")
    office.app.tips.exclusions.add(office.boss, tip, office.eve.id, "người nhà")
    eve = begin(office, office.eve)
    lan = begin(office, office.lan)
    office.app.tips.triage(office.lan, tip, category="crime")
    office.app.tips.assign(office.lan, tip, unit="ninh-hoa", officers=[office.lan.id])
    assert office.app.work.news(office.eve, since=eve).kinds == ()
    assert office.app.work.news(office.lan, since=lan).kinds == ("tip",)


def test_what_is_only_looked_at_is_no_news(office: Office) -> None:
    """Reading leaves entries in the journal, and changes nothing that somebody could read."""
    tip = office.receive("Có trộm ở chợ")
    mark = begin(office, office.lan)
    office.app.tips.get(office.eve, tip)
    assert office.app.work.news(office.lan, since=mark).kinds == ()


def test_the_mark_names_what_the_readers_ask_for(office: Office) -> None:
    """The permissions of all queries that decide who may know of a change are those that the use case declares."""
    operations = Door(office.app).operations
    readers = [operations[name] for name in READERS.values()]
    asked = {permission for reader in readers for permission in (reader.permission, *reader.needs)}
    assert asked == {*operations["work.news"].needs}


def test_asking_leaves_no_entry(office: Office) -> None:
    """A page that asks every twenty seconds writes nothing, whether anything is new or not."""
    mark = begin(office, office.lan)
    office.receive("Có trộm ở chợ")
    before = office.journal()
    for _ in range(3):
        mark = office.app.work.news(office.lan, since=mark).mark
    assert office.journal() == before


def test_a_mark_tells_nothing_about_where_the_journal_ends(office: Office) -> None:
    """Marks differ whether or not anything happened, and all are of the same length."""
    first, second = begin(office, office.van), begin(office, office.van)
    for _ in range(300):
        office.clock.advance(timedelta(minutes=1))
        office.app.units.names(office.lan, unit_ids=[], officer_ids=[])
    office.receive("Có trộm ở chợ")
    third = begin(office, office.van)
    assert len({first, second, third}) == 3
    assert len({len(one) for one in (first, second, third)}) == 1


@pytest.mark.parametrize("wrong", ["0", "AAAA", "x" * 64, "é", "===="])
def test_what_is_no_mark_is_refused(office: Office, wrong: str) -> None:
    """A text that no answer gave is refused with the way out, and never taken for the beginning."""
    with pytest.raises(BadInput, match="leave it out"):
        office.app.work.news(office.lan, since=wrong)


def test_another_person_has_no_use_for_a_mark(office: Office) -> None:
    """A mark is good for whom it was made alone."""
    with pytest.raises(BadInput, match="isn't a mark of yours: leave it out to begin with a new one"):
        office.app.work.news(office.eve, since=begin(office, office.lan))


def test_after_very_much_everything_counts_as_new(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is looked through is bounded; behind that a page loads itself anew."""
    monkeypatch.setattr("anninh_core.workflows.work_queue.service._PAGE", 2)
    mark = begin(office, office.van)
    for number in range(9):
        office.receive(f"Tin {number}")
    news = office.app.work.news(office.van, since=mark)
    assert news.kinds == tuple(sorted(READERS))
    assert office.app.work.news(office.van, since=news.mark).kinds == ()
