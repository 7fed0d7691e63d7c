"""Operations that were renamed: what was written, and who calls, under a former name goes on."""

from collections.abc import Callable

import msgspec
import pytest
from tests.architecture.names_in_public import recorded_actions
from tests.web.api.conftest import caller, serve

from anninh_core.app import App
from anninh_core.domain.conversations.unread.marks import LOOKS
from anninh_core.domain.retention.remains import EXPORTS
from anninh_core.operations import Door
from anninh_core.ports.authenticator import SignIn, SignInMethod
from anninh_core.testing import UnsafeLocalUsers
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.named_values.request_digests import RequestDigests
from anninh_core.vocabulary.former_operations import CURRENT_NAMES, FORMER_NAMES, current_name

EXCLUSION = {"unit": "ninh-an", "reason": "Liên quan"}
FORMER = "tips.exclude_unit"
NESTED = {current.rpartition(".")[0] for current in CURRENT_NAMES.values()}
"""Nouns of today, of which some have the name of a verb of before."""


@pytest.fixture
def officer(anninh_app: App) -> Actor:
    """Supervises and handles the tips of Hoa Lư."""
    return UnsafeLocalUsers(anninh_app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer", "tip_supervisor")


@pytest.fixture
def tip_id(anninh_app: App, officer: Actor) -> str:
    return anninh_app.tips.record_walk_in(officer, "Có trộm xe máy ở chợ", unit="ninh-hoa").id


def test_each_leads_to_an_operation_and_is_none_itself(anninh_app: App) -> None:
    """No name is used again for another use case, and none has two successors."""
    door = Door(anninh_app)
    names = {*door.operations}

    assert not CURRENT_NAMES.keys() & names
    assert {*CURRENT_NAMES.values()} <= names
    assert len(FORMER_NAMES) == len(CURRENT_NAMES)
    assert [door.find(former).name for former in CURRENT_NAMES] == [*CURRENT_NAMES.values()]


@pytest.mark.parametrize("former", sorted(CURRENT_NAMES.keys() - NESTED))
def test_python_warns_and_finds_the_verb(anninh_app: App, former: str) -> None:
    """`app.tips.exclude_unit` is `app.tips.exclusions.add_unit`, until 1.0."""
    noun, _, verb = former.partition(".")
    with pytest.warns(DeprecationWarning, match=rf"use app\.{current_name(former)}\."):
        method = getattr(getattr(anninh_app, noun), verb)
    assert method == anninh_app.internals.find_verb(current_name(former))


def test_a_noun_that_was_a_verb_is_called(anninh_app: App, officer: Actor, tip_id: str) -> None:
    """`app.tips.exclusions(…)` lists, as before; what was never a verb is called in vain."""
    was_verb: Callable[..., object] = anninh_app.tips.exclusions  # type: ignore[assignment]
    with pytest.warns(DeprecationWarning, match=r"use app\.tips\.exclusions\.list\."):
        assert was_verb(officer, tip_id) == anninh_app.tips.exclusions.list(officer, tip_id)
    never: Callable[..., object] = anninh_app.tips.clocks  # type: ignore[assignment]
    with pytest.raises(TypeError, match="'TipClocksApi' object is not callable"):
        never(officer)
    with pytest.raises(AttributeError, match="'TipsApi' object has no attribute 'nonsense'"):
        getattr(anninh_app.tips, "nonsense")  # noqa: B009  type checkers know that there is none


def test_an_authenticator_of_others_may_name_them() -> None:
    """What a plugin limits a sign-in to is read alike."""
    known = SignIn(SignInMethod.TOKEN, operations=frozenset({"tips.slip", "tips.list"}))

    assert known.operations == frozenset({"tips.papers.slip", "tips.list"})
    assert SignIn(SignInMethod.TOKEN).operations is None


def test_a_request_sent_before_is_replayed_after(anninh_app: App, officer: Actor, tip_id: str) -> None:
    """The act is known by its action, and its words by the operation's first name: neither changes."""
    body = {"tip_id": tip_id, **EXCLUSION}
    key = {"Idempotency-Key": "k1"}
    anninh_app.tips.exclusions.add_unit(officer.with_request("k1"), tip_id, "ninh-an", "Liên quan")
    digests = RequestDigests(anninh_app.internals.runner)
    sent = msgspec.json.encode(dict(sorted(body.items())))
    digests.remember(f"{officer.label} {FORMER} k1", sent, f"tip:{tip_id}")
    call = caller(serve(anninh_app))

    answers = [call(name, officer, body, headers=key) for name in (FORMER, current_name(FORMER))]
    other = call(FORMER, officer, {**body, "reason": "Khác"}, headers=key)

    assert [answer.headers.get("Idempotency-Replayed") for answer in answers] == ["true", "true"]
    assert [answer.json()["id"] for answer in answers] == [tip_id, tip_id]
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


def test_what_code_compares_with_the_journal_is_written_there() -> None:
    """Looks that clear an unread mark and exports that a purge lists are named by their actions, which stay."""
    assert {*EXPORTS, *LOOKS} <= {*recorded_actions()}


def test_a_draft_and_a_mark_of_before_are_there(anninh_app: App, officer: Actor, tip_id: str) -> None:
    """Both belong to a case: no operation is in their names."""
    door = Door(anninh_app)
    anninh_app.drafts.save(officer, f"tip:{tip_id}", "Đang viết", part="answer")
    anninh_app.tips.get(officer, tip_id)
    assert door.call(officer, "tips.unread", {"tips": (tip_id,)}) == []

    anninh_app.tips.exclusions.add_unit(officer, tip_id, "ninh-an", "Liên quan")

    assert anninh_app.drafts.get(officer, f"tip:{tip_id}", part="answer").words == "Đang viết"
    assert anninh_app.tips.unread(officer, [tip_id]) == (tip_id,)
