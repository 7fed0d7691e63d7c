"""`anninh tips` for a signed-in officer."""

import pytest
from tests.cli.daily.conftest import Appoint, Person


@pytest.fixture
def lan(person: Appoint) -> Person:
    """An officer who handles the tips of a commune."""
    return person("ninh-hoa", "tip_officer", name="Cán bộ Lan")


def record_tip(lan: Person) -> str:
    """Record a tip, and return its receipt."""
    receipt: str = lan.read("tips", "record", "--text", "Mất xe ở chợ", "--unit", "Ninh Hòa")["receipt"]
    return receipt


def test_tip_goes_from_counter_to_closing(lan: Person) -> None:
    """A tip goes from recording to closing, each step by its receipt and in the officer's name."""
    receipt = record_tip(lan)
    assert lan.run("tips", "triage", receipt, "--category", "crime").output == (
        f"{receipt}: triaged, crime, xã Ninh Hòa.\n"
    )
    assigned = lan.run("tips", "assign", receipt, "--unit", "ninh-hoa", "--officer", "cán bộ lan").output
    assert assigned == f"{receipt}: assigned, xã Ninh Hòa (Cán bộ Lan).\n"
    assert lan.run("tips", "verify", receipt).output == f"{receipt}: verifying.\n"
    settle = ("tips", "settle", receipt, "--outcome", "resolved", "--reason", "found", "--answer", "Đã tìm thấy xe.")
    assert f"anninh tips answer {receipt}" in lan.run(*settle, "--yes").output
    lan.run("tips", "answer", receipt, "--by-hand", "gọi điện", "--yes")
    assert lan.read("tips", "close", receipt, "--yes")["state"] == "closed"


def test_second_settlement_names_recorded_outcome(lan: Person) -> None:
    """A second settlement is refused with the recorded outcome, in both languages."""
    receipt = record_tip(lan)
    lan.run("tips", "triage", receipt, "--category", "crime")
    lan.run("tips", "assign", receipt, "--unit", "ninh-hoa", "--officer", "me")
    settle = ("tips", "settle", receipt, "--outcome", "resolved", "--reason", "found", "--answer", "Đã thấy.", "--yes")
    lan.run(*settle)
    assert "was settled as resolved" in lan.run(*settle, ok=False).stderr
    error = lan.run("--lang", "vi", *settle, ok=False).stderr
    assert "là “đã giải quyết”, nay ở trạng thái “đã giải quyết, chưa trả lời”" in " ".join(error.split())
    assert "chưa có căn cứ" not in error


def test_missing_values_are_prompted_for(lan: Person, terminal: None) -> None:
    """Missing values are prompted for with the tip and the profile's choices, and an irreversible act needs a
    confirmation.
    """
    recorded = lan.run("tips", "record", typed="Mất xe\nở chợ\n\nNinh Hòa\n")
    receipt = recorded.stdout[-60:].partition(":")[0].strip()[-11:]
    triaged = lan.run("tips", "triage", receipt, typed="nothing\n1\n")
    assert "ở chợ" in triaged.stderr
    assert "Write the number or the word" in triaged.stderr
    assert ": triaged" in triaged.stdout
    lan.run("tips", "assign", receipt, typed="Ninh Hòa\nme\n")
    settled = ("tips", "settle", receipt, "--reason", "found", "--outcome", "resolved", "--answer", "x")
    assert lan.run(*settled, typed="n\n", ok=False).exit_code == 1
    assert lan.read("tips", "show", receipt)["state"] == "assigned"
    assert "resolved" in lan.run(*settled, typed="y\n").stdout


@pytest.mark.parametrize(
    ("typed", "is_done"), [("c", True), ("Có", True), ("co", True), ("được\nc", True), ("k", False)]
)
def test_confirmation_accepts_vietnamese(lan: Person, terminal: None, typed: str, is_done: bool) -> None:
    """A confirmation accepts Vietnamese words with or without diacritics or the first letter, and repeats after any
    other input.
    """
    receipt = record_tip(lan)
    lan.run("tips", "triage", receipt, "--category", "crime")
    lan.run("tips", "assign", receipt, "--unit", "ninh-hoa", "--officer", "me")
    settle = (
        "--lang",
        "vi",
        "tips",
        "settle",
        receipt,
        "--reason",
        "found",
        "--outcome",
        "resolved",
        "--answer",
        "Xong",
    )
    result = lan.run(*settle, typed=f"{typed}\n", ok=is_done)
    assert "[có/không]" in result.stderr
    assert (lan.read("tips", "show", receipt)["state"] == "resolved") is is_done


def test_missing_options_are_reported_together(lan: Person) -> None:
    """Without a terminal all missing options are reported at once, for people and for programs."""
    receipt = record_tip(lan)
    missing = lan.run("tips", "assign", receipt, ok=False)
    assert (missing.exit_code, "--unit, --officer missing" in missing.stderr) == (2, True)
    assert "ID_OR_RECEIPT" in lan.run("tips", "close", ok=False).stderr
    error = lan.read_refusal("tips", "close", receipt)
    assert (error["code"], error["errors"]) == ("MissingValues", [])
    assert "--yes" in error["message"]


def test_prompts_can_be_turned_off(lan: Person, terminal: None) -> None:
    """`--no-input` turns prompts off at a terminal too."""
    assert lan.run("tips", "record", "--no-input", ok=False).exit_code == 2


def test_tips_need_permission_for_unit(person: Appoint, lan: Person) -> None:
    """An officer of another commune can neither see the tip nor record one for this commune."""
    receipt = record_tip(lan)
    other = person("ninh-van", "tip_officer")
    assert other.read_refusal("tips", "triage", receipt, "--category", "crime")["code"] in ("NotVisible", "NotFound")
    assert other.read_refusal("tips", "record", "--text", "x", "--unit", "ninh-hoa")["code"] == "Refused"


def test_command_for_old_version_is_refused(lan: Person) -> None:
    """A command with `--if-match` of an old version is refused."""
    receipt = record_tip(lan)
    lan.run("tips", "triage", receipt, "--category", "crime", "--if-match", "1")
    stale = lan.read_refusal("tips", "assign", receipt, "--unit", "ninh-hoa", "--officer", "me", "--if-match", "1")
    assert stale["code"] == "Stale"


def test_refusal_names_the_colleague(person: Appoint, lan: Person) -> None:
    """The refusal after a colleague's change has the colleague's name, not an id."""
    receipt = record_tip(lan)
    colleague = person("ninh-hoa", "tip_officer")
    colleague.run("tips", "triage", receipt, "--category", "crime")
    stale = lan.read_refusal("tips", "assign", receipt, "--unit", "ninh-hoa", "--officer", "me", "--if-match", "1")
    assert " was changed by Cán bộ Mẫu at " in stale["message"]


def test_command_with_same_key_runs_once(lan: Person) -> None:
    """A second command with the same idempotency key is refused as already done."""
    file = ("tips", "record", "--text", "x", "--unit", "ninh-hoa", "--key", "k1")
    lan.run(*file)
    assert lan.read_refusal(*file)["code"] == "AlreadyDone"


def test_unknown_value_lists_valid_ones(lan: Person) -> None:
    """An unknown value is refused, and the error lists the valid ones."""
    receipt = record_tip(lan)
    wrong = lan.read_refusal("tips", "triage", receipt, "--category", "nothing")
    assert (wrong["code"], "crime" in wrong["message"]) == ("BadParameter", True)
    assert lan.read_refusal("tips", "record", "--unit", "Ninh Nơi", "--text", "x")["code"] == "NotFound"
    assert lan.read_refusal("tips", "assign", receipt, "--unit", "ninh-hoa", "--officer", "Ai")["code"] == "NotFound"
    assert lan.read_refusal("tips", "assign", "--nonsense")["code"] == "NoSuchOption"
