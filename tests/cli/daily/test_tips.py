"""`anninh tips`, as an officer who signed in works with it."""

import pytest
from tests.cli.daily.conftest import Appoint, Person


@pytest.fixture
def lan(person: Appoint) -> Person:
    """Handles the tips of a commune."""
    return person("ninh-hoa", "tip_officer", name="Cán bộ Lan")


def filed(lan: Person) -> str:
    """A new tip's receipt."""
    receipt: str = lan.read("tips", "record", "--text", "Mất xe ở chợ", "--unit", "Ninh Hòa")["receipt"]
    return receipt


def test_a_tip_goes_from_the_counter_to_its_answer(lan: Person) -> None:
    """Each step by the receipt, in the officer's own name."""
    receipt = filed(lan)
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


def test_a_second_settlement_says_what_was_decided(lan: Person) -> None:
    """In both languages the outcome on record, and no other."""
    receipt = filed(lan)
    lan.run("tips", "triage", receipt, "--category", "crime")
    lan.run("tips", "assign", receipt, "--unit", "ninh-hoa", "--officer", "me")
    settle = ("tips", "settle", receipt, "--outcome", "resolved", "--reason", "found", "--answer", "Đã thấy.", "--yes")
    lan.run(*settle)
    assert "was settled as resolved" in lan.run(*settle, ok=False).stderr
    told = lan.run("--lang", "vi", *settle, ok=False).stderr
    assert "là “đã giải quyết”, nay ở trạng thái “đã giải quyết, chưa trả lời”" in " ".join(told.split())
    assert "chưa có căn cứ" not in told


def test_what_is_missing_is_asked_for(lan: Person, terminal: None) -> None:
    """The tip is shown, words of the profile are offered, and what can't be undone is confirmed."""
    filed_now = lan.run("tips", "record", typed="Mất xe\nở chợ\n\nNinh Hòa\n")
    receipt = filed_now.stdout[-60:].partition(":")[0].strip()[-11:]
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
def test_yes_is_said_in_vietnamese(lan: Person, terminal: None, typed: str, is_done: bool) -> None:
    """With or without diacritics, or by its first letter; what is neither yes nor no is asked again."""
    receipt = filed(lan)
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
    done = lan.run(*settle, typed=f"{typed}\n", ok=is_done)
    assert "[có/không]" in done.stderr
    assert (lan.read("tips", "show", receipt)["state"] == "resolved") is is_done


def test_without_a_terminal_the_options_are_named(lan: Person) -> None:
    """All that are missing at once; also where a question would be asked, for people and programs."""
    receipt = filed(lan)
    missing = lan.run("tips", "assign", receipt, ok=False)
    assert (missing.exit_code, "--unit, --officer missing" in missing.stderr) == (2, True)
    assert "ID_OR_RECEIPT" in lan.run("tips", "close", ok=False).stderr
    told = lan.refused("tips", "close", receipt)
    assert (told["code"], told["errors"]) == ("MissingValues", [])
    assert "--yes" in told["message"]


def test_a_question_can_be_turned_off(lan: Person, terminal: None) -> None:
    """At a terminal, too."""
    assert lan.run("tips", "record", "--no-input", ok=False).exit_code == 2


def test_who_may_not_is_refused(person: Appoint, lan: Person) -> None:
    """Permissions are the door's: another commune's officer neither sees the tip nor files here."""
    receipt = filed(lan)
    other = person("ninh-van", "tip_officer")
    assert other.refused("tips", "triage", receipt, "--category", "crime")["code"] in ("NotVisible", "NotFound")
    assert other.refused("tips", "record", "--text", "x", "--unit", "ninh-hoa")["code"] == "Refused"


def test_nothing_happens_to_what_somebody_changed(lan: Person) -> None:
    """The version that was shown is named."""
    receipt = filed(lan)
    lan.run("tips", "triage", receipt, "--category", "crime", "--if-match", "1")
    stale = lan.refused("tips", "assign", receipt, "--unit", "ninh-hoa", "--officer", "me", "--if-match", "1")
    assert stale["code"] == "Stale"


def test_whoever_changed_it_is_named(person: Appoint, lan: Person) -> None:
    """A colleague's change is refused with the colleague's name, not with an id."""
    receipt = filed(lan)
    colleague = person("ninh-hoa", "tip_officer")
    colleague.run("tips", "triage", receipt, "--category", "crime")
    stale = lan.refused("tips", "assign", receipt, "--unit", "ninh-hoa", "--officer", "me", "--if-match", "1")
    assert " was changed by Cán bộ Mẫu at " in stale["message"]


def test_an_act_under_a_key_is_done_once(lan: Person) -> None:
    """A second call under the same key is told so."""
    file = ("tips", "record", "--text", "x", "--unit", "ninh-hoa", "--key", "k1")
    lan.run(*file)
    assert lan.refused(*file)["code"] == "AlreadyDone"


def test_words_that_are_none_are_told(lan: Person) -> None:
    """With those that there are."""
    receipt = filed(lan)
    wrong = lan.refused("tips", "triage", receipt, "--category", "nothing")
    assert (wrong["code"], "crime" in wrong["message"]) == ("BadParameter", True)
    assert lan.refused("tips", "record", "--unit", "Ninh Nơi", "--text", "x")["code"] == "NotFound"
    assert lan.refused("tips", "assign", receipt, "--unit", "ninh-hoa", "--officer", "Ai")["code"] == "NotFound"
    assert lan.refused("tips", "assign", "--nonsense")["code"] == "NoSuchOption"
