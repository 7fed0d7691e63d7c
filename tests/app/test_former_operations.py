"""Renamed operations: stored data and callers with a former name still work."""

from collections.abc import Callable

import msgspec
import pytest
from tests.architecture.names_in_public import list_recorded_actions
from tests.web.api.conftest import build_api_caller, serve

from anninh_core.app import App
from anninh_core.domain.conversations.unread.marks import LOOKS
from anninh_core.domain.retention.remains import EXPORTS
from anninh_core.operations import OperationGateway
from anninh_core.ports.authenticator import SignIn, SignInMethod
from anninh_core.testing import UnsafeLocalUsers
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.named_values.request_digests import RequestDigests
from anninh_core.vocabulary.former_operations import CURRENT_NAMES, FORMER_NAMES, get_current_name

EXCLUSION = {"unit": "ninh-an", "reason": "Liên quan"}
FORMER = "tips.exclude_unit"
NESTED = {current.rpartition(".")[0] for current in CURRENT_NAMES.values()}
"""Nouns of the app that exist now; some have the name of a former verb."""


@pytest.fixture
def officer(anninh_app: App) -> Actor:
    """An officer who supervises and handles the tips of Hoa Lư."""
    return UnsafeLocalUsers(anninh_app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer", "tip_supervisor")


@pytest.fixture
def tip_id(anninh_app: App, officer: Actor) -> str:
    return anninh_app.tips.record_walk_in(officer, "Có trộm xe máy ở chợ", unit="ninh-hoa").id


def test_former_names_are_not_reused(anninh_app: App) -> None:
    """Each former name leads to one current operation, and no operation has a former name."""
    gateway = OperationGateway(anninh_app)
    names = {*gateway.operations}

    assert not CURRENT_NAMES.keys() & names
    assert {*CURRENT_NAMES.values()} <= names
    assert len(FORMER_NAMES) == len(CURRENT_NAMES)
    assert [gateway.find(former).name for former in CURRENT_NAMES] == [*CURRENT_NAMES.values()]


@pytest.mark.parametrize("former", sorted(CURRENT_NAMES.keys() - NESTED))
def test_former_verb_warns_and_works(anninh_app: App, former: str) -> None:
    """A former verb such as `app.tips.exclude_unit` works with a warning, until 1.0."""
    noun, _, verb = former.partition(".")
    with pytest.warns(DeprecationWarning, match=rf"use app\.{get_current_name(former)}\."):
        method = getattr(getattr(anninh_app, noun), verb)
    assert method == anninh_app.internals.find_verb(get_current_name(former))


def test_noun_that_was_a_verb_is_callable(anninh_app: App, officer: Actor, tip_id: str) -> None:
    """`app.tips.exclusions(…)` still lists, with a warning; a noun that was never a verb is not callable."""
    former_verb: Callable[..., object] = anninh_app.tips.exclusions  # type: ignore[assignment]
    with pytest.warns(DeprecationWarning, match=r"use app\.tips\.exclusions\.list\."):
        assert former_verb(officer, tip_id) == anninh_app.tips.exclusions.list(officer, tip_id)
    plain_noun: Callable[..., object] = anninh_app.tips.clocks  # type: ignore[assignment]
    with pytest.raises(TypeError, match="'TipClocksApi' object is not callable"):
        plain_noun(officer)
    with pytest.raises(AttributeError, match="'TipsApi' object has no attribute 'nonsense'"):
        getattr(anninh_app.tips, "nonsense")  # noqa: B009  type checkers know that there is none


def test_sign_in_accepts_former_operation_names() -> None:
    """A plugin's sign-in may name allowed operations by former names."""
    sign_in = SignIn(SignInMethod.TOKEN, operations=frozenset({"tips.slip", "tips.list"}))

    assert sign_in.operations == frozenset({"tips.papers.slip", "tips.list"})
    assert SignIn(SignInMethod.TOKEN).operations is None


def test_request_is_replayed_under_both_names(anninh_app: App, officer: Actor, tip_id: str) -> None:
    """A request stored under a former name is replayed under both names, and a different body is refused."""
    body = {"tip_id": tip_id, **EXCLUSION}
    key = {"Idempotency-Key": "k1"}
    anninh_app.tips.exclusions.add_unit(officer.with_request("k1"), tip_id, "ninh-an", "Liên quan")
    digests = RequestDigests(anninh_app.internals.runner)
    sent = msgspec.json.encode(dict(sorted(body.items())))
    digests.store_digest(f"{officer.label} {FORMER} k1", sent, f"tip:{tip_id}")
    call = build_api_caller(serve(anninh_app))

    answers = [call(name, officer, body, headers=key) for name in (FORMER, get_current_name(FORMER))]
    other = call(FORMER, officer, {**body, "reason": "Khác"}, headers=key)

    assert [answer.headers.get("Idempotency-Replayed") for answer in answers] == ["true", "true"]
    assert [answer.json()["id"] for answer in answers] == [tip_id, tip_id]
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


def test_compared_actions_are_recorded() -> None:
    """The action names that the code compares with the journal are recorded there."""
    assert {*EXPORTS, *LOOKS} <= {*list_recorded_actions()}


def test_drafts_and_unread_marks_survive_renaming(anninh_app: App, officer: Actor, tip_id: str) -> None:
    """Drafts and unread marks belong to a case, and don't depend on operation names."""
    gateway = OperationGateway(anninh_app)
    anninh_app.drafts.save(officer, f"tip:{tip_id}", "Đang viết", part="answer")
    anninh_app.tips.get(officer, tip_id)
    assert gateway.call(officer, "tips.unread", {"tips": (tip_id,)}) == []

    anninh_app.tips.exclusions.add_unit(officer, tip_id, "ninh-an", "Liên quan")

    assert anninh_app.drafts.get(officer, f"tip:{tip_id}", part="answer").words == "Đang viết"
    assert anninh_app.tips.unread(officer, [tip_id]) == (tip_id,)
