"""A profile sets the reason codes and the evidence that settling a tip requires."""

from pathlib import Path

import pytest
from attrs import evolve
from tests.domain.tips.conftest import receive_assigned_tip

from anninh_core.domain.tips import TipState
from anninh_core.domain.tips.service import Tips
from anninh_core.kernel.errors import BadInput, BadProfile
from anninh_core.profile.loader import load_profile
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.rules import SettlingRule

RULES = {
    "resolved": SettlingRule(evidence=True, reasons={"fined": "Đã xử phạt", "found": "Đã tìm thấy"}),
    "transferred": SettlingRule(reasons={"not_ours": "Không thuộc thẩm quyền"}),
}


@pytest.fixture
def district() -> District:
    """A profile with its own reason codes and required evidence."""
    return evolve(load_profile("hoa_lu_2021"), settling=RULES)


def is_attached(case: str, message: str) -> bool:
    return message == "m1" and case.startswith("tip:")


@pytest.fixture
def tips(runner: UseCaseRunner) -> Tips:
    def has_attachment(_session: ReadSession, case: str, message_id: str) -> bool:
        return is_attached(case, message_id)

    return Tips(runner, has_attachment)


def test_reason_must_be_in_the_profile(tips: Tips, lan: Actor) -> None:
    """A reason for settling a tip that isn't in the profile is refused with the valid ones; an outcome without a table
    takes any reason.
    """
    tip = receive_assigned_tip(tips, lan)
    with pytest.raises(
        BadInput, match=r"'solved' isn't a reason to settle a tip as resolved: choose one of fined \(Đã xử phạt\)"
    ):
        tips.settling.settle(lan, tip.id, TipState.RESOLVED, answer="Xong.", reason="solved", evidence="12/QĐ")
    with pytest.raises(BadInput, match="isn't a reason to settle a tip as"):
        tips.settling.transfer(lan, tip.id, to="Tỉnh", answer="Đã chuyển.", reason="elsewhere")
    assert tips.settling.settle(lan, tip.id, TipState.UNFOUNDED, answer="Không.", reason="anything").settlements


def test_required_evidence_is_checked(tips: Tips, lan: Actor) -> None:
    """Required evidence is a document's number or a message of the case with a file; any other message is refused."""
    settle = tips.settling.settle
    tip = receive_assigned_tip(tips, lan)
    other = receive_assigned_tip(tips, lan)
    with pytest.raises(BadInput, match="give the number of a document, or message:<id> of a message of"):
        settle(lan, tip.id, TipState.RESOLVED, answer="Xong.", reason="fined")
    with pytest.raises(BadInput, match="'message:m2' isn't a message of tip"):
        settle(lan, tip.id, TipState.RESOLVED, answer="Xong.", reason="fined", evidence="message:m2")
    by_document = settle(lan, tip.id, TipState.RESOLVED, answer="Xong.", reason="fined", evidence="12/QĐ-XPHC")
    by_message = settle(lan, other.id, TipState.RESOLVED, answer="Xong.", reason="found", evidence="message:m1")
    settlements = [(tip.settlements[0].reason, tip.settlements[0].evidence) for tip in (by_document, by_message)]
    assert settlements == [("fined", "12/QĐ-XPHC"), ("found", "message:m1")]


def test_settling_rules_are_read_from_a_profile(tmp_path: Path) -> None:
    """`[settling.*]` and `[handling]` are read from a profile file, and an unknown outcome is refused with its place in
    the file.
    """
    own = tmp_path / "own.toml"
    written = 'extends = "hoa_lu_2021"\n[handling]\nclaim_hours = 2\n[settling.{}]\nevidence = true\n'
    own.write_text(written.format("resolved"), encoding="utf-8")
    district = load_profile(str(own))
    assert (district.claim_hours, district.settling["resolved"].evidence) == (2, True)
    own.write_text(written.format("lost"), encoding="utf-8")
    with pytest.raises(BadProfile, match="settling"):
        load_profile(str(own))
