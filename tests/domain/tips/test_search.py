"""Officers find tips by words, in both search modes, and only tips that they may see."""

from datetime import timedelta

import pytest
from attrs import evolve
from tests.domain.conftest import OfficerMaker, Trail
from tests.domain.tips.conftest import receive_tip

from anninh_core.domain.retention.purges import Purges
from anninh_core.domain.tips.service import Tips
from anninh_core.kernel.errors import BadInput, Refused
from anninh_core.kernel.search.query import parse_query
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.steps import run_step
from anninh_core.usecase.actor import Actor, person
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.district import District


@pytest.fixture(params=["scan", "tokens"])
def district(request: pytest.FixtureRequest, district: District) -> District:
    """The same district in each search mode."""
    return evolve(district, search_mode=request.param)


def search_ids(tips: Tips, actor: Actor, text: str, unit: str = "") -> list[str]:
    return [tip.id for tip in tips.queries.search(actor, text, unit=unit).items]


def test_words_are_found_without_diacritics(tips: Tips, lan: Actor) -> None:
    """A search finds tips with all words in any order, an exact phrase or one of two words, without excluded words and
    regardless of diacritics.
    """
    fight = receive_tip(tips, "Đánh nhau ở đường Tràng An")
    dog = receive_tip(tips, "Mất chó ở đường Hoa Lư")

    assert search_ids(tips, lan, "trang duong AN") == [fight.id]
    assert search_ids(tips, lan, '"duong hoa"') == [dog.id]
    assert search_ids(tips, lan, "danh OR cho") == [dog.id, fight.id]
    assert search_ids(tips, lan, "đường -chó") == [fight.id]


def test_informal_spellings_of_the_profile_are_understood(tips: Tips, lan: Actor) -> None:
    """A word is found by its informal spelling in the profile and by its standard spelling, and the stored text stays
    as it was written.
    """
    plain = receive_tip(tips, "Không ai mở cửa")
    informal = receive_tip(tips, "Ko ai mở cửa")

    assert search_ids(tips, lan, "ko") == [informal.id, plain.id]
    assert search_ids(tips, lan, "không") == [informal.id, plain.id]


def test_pages_follow_each_other(tips: Tips, lan: Actor, clock: FixedClock) -> None:
    """Pages are in order from the newest, without a gap or repetition, within an hour and across hours."""
    sent = []
    for _ in range(7):
        sent.append(receive_tip(tips, "Mất trộm").id)
        clock.advance(timedelta(minutes=25))
    found_ids = list[str]()
    after = ""
    while True:
        page = tips.queries.search(lan, "trom", after=after, limit=2)
        found_ids += [tip.id for tip in page.items]
        after = page.cursor
        if not after:
            break
    assert found_ids == sent[::-1]


def test_moved_tip_is_found_in_its_unit(tips: Tips, lan: Actor, officer: OfficerMaker) -> None:
    """A tip that was moved to another commune is found there and no longer in its former commune."""
    tip = receive_tip(tips, "Mất trộm")
    other = officer("tip_officer", "ninh-an")
    assert (search_ids(tips, lan, "trom"), search_ids(tips, other, "trom")) == ([tip.id], [])
    boss = officer("tip_officer", "hoa-lu")
    tips.handling.triage(boss, tip.id, category="crime", unit="ninh-an")
    assert (search_ids(tips, lan, "trom"), search_ids(tips, other, "trom")) == ([], [tip.id])
    assert search_ids(tips, boss, "trom", unit="ninh-hoa") == []
    assert search_ids(tips, boss, "trom", unit="ninh-an") == [tip.id]


def test_an_excluded_officer_finds_nothing(tips: Tips, lan: Actor, boss: Actor) -> None:
    """An excluded officer can't find the tip; other officers still can."""
    tip = receive_tip(tips, "Mất trộm")
    tips.exclusions.exclude(boss, tip.id, lan.id, "Người nhà")
    assert (search_ids(tips, lan, "trom"), search_ids(tips, boss, "trom")) == ([], [tip.id])


def test_strangers_are_refused(tips: Tips) -> None:
    """An actor without permission is refused before the query is read."""
    with pytest.raises(Refused):
        tips.queries.search(person("nobody"), "")


def test_query_needs_words(tips: Tips, lan: Actor) -> None:
    """A query of numbers only is refused, because numbers aren't searched."""
    with pytest.raises(BadInput, match="never searched"):
        tips.queries.search(lan, "0912 345 678")


def test_search_entry_has_only_counts(tips: Tips, lan: Actor, trail: Trail) -> None:
    """The audit log has the number of opened tips and a digest of the query, never the query."""
    receive_tip(tips, "Mất trộm")
    receive_tip(tips, "Đánh bạc")
    tips.queries.search(lan, "trom")
    entry = trail()[-1]
    assert (entry.action, entry.outcome, entry.facts["opened"]) == ("tips.search", "read", 1)
    assert entry.facts.keys() == {"opened", "digest"}


def test_purge_removes_words_from_the_index(
    tips: Tips, runner: UseCaseRunner, lan: Actor, officer: OfficerMaker
) -> None:
    """A purge removes the tip's words from the search index."""
    purged = receive_tip(tips, "Mất trộm")
    kept = receive_tip(tips, "Mất trộm chó")
    operator = officer("operator", "hoa-lu")
    purges = Purges(runner)
    query = runner.context.terms.hash_query("tip", parse_query("trom"))
    indexed = len(runner.context.storage.search.find("tip", query, None, 10))
    run_step(purges.order_destruction, operator, f"tip:{purged.id}", purged.unit, timedelta(0), "retention")
    purges.purge(operator)

    assert search_ids(tips, lan, "trom") == [kept.id]
    hits = [hit.id for hit in runner.context.storage.search.find("tip", query, None, 10)]
    assert (indexed, hits) == ((2, [kept.id]) if runner.context.district.search_mode == "tokens" else (0, []))
