"""Officers find tips by words, in both modes, and never what isn't theirs."""

from datetime import timedelta

import pytest
from attrs import evolve
from tests.domain.conftest import OfficerMaker, Trail
from tests.domain.tips.conftest import received

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
    """The same district in both modes of search."""
    return evolve(district, search_mode=request.param)


def found(tips: Tips, actor: Actor, text: str, unit: str = "") -> list[str]:
    return [tip.id for tip in tips.queries.search(actor, text, unit=unit).items]


def test_words_are_found_without_diacritics(tips: Tips, lan: Actor) -> None:
    """All of them, in any order; a phrase, either of two, and none of those excluded where that is asked."""
    fight = received(tips, "Đánh nhau ở đường Tràng An")
    dog = received(tips, "Mất chó ở đường Hoa Lư")

    assert found(tips, lan, "trang duong AN") == [fight.id]
    assert found(tips, lan, '"duong hoa"') == [dog.id]
    assert found(tips, lan, "danh OR cho") == [dog.id, fight.id]
    assert found(tips, lan, "đường -chó") == [fight.id]


def test_informal_spellings_of_the_profile_are_understood(tips: Tips, lan: Actor) -> None:
    """Either spelling finds the other; what residents wrote stays what they wrote."""
    plain = received(tips, "Không ai mở cửa")
    informal = received(tips, "Ko ai mở cửa")

    assert found(tips, lan, "ko") == [informal.id, plain.id]
    assert found(tips, lan, "không") == [informal.id, plain.id]


def test_pages_follow_each_other(tips: Tips, lan: Actor, clock: FixedClock) -> None:
    """The newest first, without gap or repeat, within an hour and over several."""
    sent = []
    for _ in range(7):
        sent.append(received(tips, "Mất trộm").id)
        clock.advance(timedelta(minutes=25))
    got = list[str]()
    after = ""
    while True:
        page = tips.queries.search(lan, "trom", after=after, limit=2)
        got += [tip.id for tip in page.items]
        after = page.cursor
        if not after:
            break
    assert got == sent[::-1]


def test_a_tip_changes_hands_and_search_with_it(tips: Tips, lan: Actor, officer: OfficerMaker) -> None:
    """A tip that was moved to another commune is found there, not here."""
    tip = received(tips, "Mất trộm")
    other = officer("tip_officer", "ninh-an")
    assert (found(tips, lan, "trom"), found(tips, other, "trom")) == ([tip.id], [])
    boss = officer("tip_officer", "hoa-lu")
    tips.handling.triage(boss, tip.id, category="crime", unit="ninh-an")
    assert (found(tips, lan, "trom"), found(tips, other, "trom")) == ([], [tip.id])
    assert found(tips, boss, "trom", unit="ninh-hoa") == []
    assert found(tips, boss, "trom", unit="ninh-an") == [tip.id]


def test_an_excluded_officer_finds_nothing(tips: Tips, lan: Actor, boss: Actor) -> None:
    """A conflict of interest ends searching too; others still find the tip."""
    tip = received(tips, "Mất trộm")
    tips.exclusions.exclude(boss, tip.id, lan.id, "Người nhà")
    assert (found(tips, lan, "trom"), found(tips, boss, "trom")) == ([], [tip.id])


def test_strangers_are_refused(tips: Tips) -> None:
    """Before the question is even read."""
    with pytest.raises(Refused):
        tips.queries.search(person("nobody"), "")


def test_a_question_needs_words(tips: Tips, lan: Actor) -> None:
    """Numbers are never searched for."""
    with pytest.raises(BadInput, match="never searched"):
        tips.queries.search(lan, "0912 345 678")


def test_only_hits_count_as_opened(tips: Tips, lan: Actor, trail: Trail) -> None:
    """The journal says how much of sealed content the officer got to see, and never what was asked."""
    received(tips, "Mất trộm")
    received(tips, "Đánh bạc")
    tips.queries.search(lan, "trom")
    entry = trail()[-1]
    assert (entry.action, entry.outcome, entry.facts["opened"]) == ("tips.search", "read", 1)
    assert entry.facts.keys() == {"opened", "digest"}


def test_a_purge_takes_the_words_out_of_the_index(
    tips: Tips, runner: UseCaseRunner, lan: Actor, officer: OfficerMaker
) -> None:
    """What can't be read any more leaves no trace of its words either."""
    gone = received(tips, "Mất trộm")
    kept = received(tips, "Mất trộm chó")
    operator = officer("operator", "hoa-lu")
    purges = Purges(runner)
    asked = runner.context.terms.hash_query("tip", parse_query("trom"))
    indexed = len(runner.context.storage.search.find("tip", asked, None, 10))
    run_step(purges.order_destruction, operator, f"tip:{gone.id}", gone.unit, timedelta(0), "retention")
    purges.purge(operator)

    assert found(tips, lan, "trom") == [kept.id]
    hits = [hit.id for hit in runner.context.storage.search.find("tip", asked, None, 10)]
    assert (indexed, hits) == ((2, [kept.id]) if runner.context.district.search_mode == "tokens" else (0, []))
