"""`anninh people requests`, `check`, `find`, `export`, `answer` and their kin."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Read, Run, hear, mock, opened

pytestmark = pytest.mark.slow

PROVEN = ("--way", "office_paper", "--passed", "--note", "Đúng ảnh trên thẻ")
GROUND = ("--rule", "Luật 91/2025/QH15 Điều 14", "--reason", "Đang xác minh")


@pytest.fixture
def roles(officer: Callable[..., str]) -> Mapping[str, Sequence[str]]:
    """Whoever looks at who asks, and whoever handles it."""
    return {role: ("--as", officer("hoa-lu", role)) for role in ("identity_custodian", "data_officer", "operator")}


def say(folder: Path, words: str) -> None:
    with opened(folder) as (app, _):
        chat = mock(app).chat
        chat.says(chat.person("Bà Mẫu"), words)
        hear(app)


def test_from_the_chat_to_the_copy(
    run: Run, read: Read, folder: Path, roles: Mapping[str, Sequence[str]], tmp_path: Path
) -> None:
    """Listed with its due day, checked, found, left out in part, handed over as files, answered."""
    say(folder, "cho tôi xem dữ liệu của tôi")
    me = roles["data_officer"]
    checker = roles["identity_custodian"]
    (listed,) = read("people", "requests", *me)
    number = listed["number"]
    assert (listed["kind"], listed["state"], listed["clock"]) == ("access", "received", "running")
    assert number in run("people", "to-check", *checker).stdout
    assert "unproven" not in run("people", "check", number, *PROVEN, *checker).stdout

    found = read("people", "find", number, "--purpose", "Lập bản sao", *me)
    assert found["counts"]["messages"] == 1
    assert "messages" in run("people", "find", number, "--purpose", "Xem lại", *me).stdout
    run("people", "leave-out", number, "disclosures", *GROUND, *me)
    for format in ("json", "html", "zip"):
        out = tmp_path / f"copy.{format}"
        done = run("people", "export", number, "--format", format, "--way", "office", "--out", str(out), *me)
        assert (done.exit_code, out.stat().st_size > 0) == (0, True)
    copy: Any = json.loads((tmp_path / "copy.json").read_text())
    assert (copy["schema"], copy["left_out"][0]["category"]) == ("anninh.personal-data/1", "disclosures")
    again = run(
        "people", "export", number, "--format", "json", "--way", "office", "--out", str(tmp_path / "copy.zip"), *me
    )
    assert (again.exit_code, "already exists" in again.stderr) == (1, True)

    run("people", "answer", number, "partly", "--text", "Đã lập bản sao.", *GROUND, "--way", "office", "--notify", *me)
    shown = run("people", "show", number, *me).stdout
    assert all(word in shown for word in ("office_paper passed", "json by office", "disclosures", "Đã lập bản sao."))
    assert read("people", "requests", *me) == []
    assert read("people", "requests", "--all", *me)[0]["outcome"] == "partly"


def test_a_deletion_reaches_the_operator(
    run: Run, read: Read, folder: Path, roles: Mapping[str, Sequence[str]]
) -> None:
    """Waits for an operator: who grants it doesn't carry it out."""
    say(folder, "xóa dữ liệu của tôi")
    me = roles["data_officer"]
    number = read("people", "requests", *me)[0]["number"]
    run("people", "check", number, *PROVEN, *roles["identity_custodian"])
    done = run("people", "answer", number, "granted", "--text", "Sẽ xóa.", *me)
    (wish,) = read("people", "list", *roles["operator"])
    assert (done.exit_code, wish["id"] in done.stdout, wish["state"]) == (0, True, "open")


def test_at_the_desk(run: Run, read: Read, roles: Mapping[str, Sequence[str]], officer: Callable[..., str]) -> None:
    """Entered by one officer, linked and checked by another, put right, restricted and extended by a third."""
    desk = ("--as", officer("ninh-hoa", "board_admin"))
    me = roles["data_officer"]
    checker = roles["identity_custodian"]
    done = run("people", "record", "restriction", "--unit", "ninh-hoa", "--applicant", "Bà Mẫu", *desk)
    number = done.stdout.partition(":")[0]
    assert "Noted" in run("people", "link", number, "--account", "oa", "nobody", *checker).stdout
    assert run("people", "link", number, *checker).exit_code == 1
    run("people", "check", number, *PROVEN, *checker)
    assert run("people", "restrict", number, *GROUND, *me).exit_code == 0
    assert read("people", "requests", *me)[0]["restricted"] is True
    assert run("people", "extend", number, "--reason", "Nhiều dữ liệu", *me).exit_code == 0
    assert run("people", "lift", number, "--reason", "Đã xong", *me).exit_code == 0
    wrong = run("people", "correct", number, "--name", "Bà Mẫu", "--reason", "Nhầm", *me)
    assert (wrong.exit_code, "asks for restriction" in wrong.stderr) == (1, True)


def test_a_restriction_ends_after_the_answer(
    run: Run, read: Read, roles: Mapping[str, Sequence[str]], officer: Callable[..., str]
) -> None:
    """An answered request is found by its number, and its program reads what programs of before did."""
    desk = ("--as", officer("ninh-hoa", "board_admin"))
    me = roles["data_officer"]
    words = ("restriction", "--unit", "ninh-hoa", "--applicant", "Bà Mẫu")
    recorded = read("people", "record", *words, *desk)
    number = recorded["number"]
    assert recorded.keys() == {"number", "id", "due"}
    assert "due" in run("people", "record", *words[:-1], "Ông Mẫu", *desk).stdout.splitlines()[1]
    run("people", "check", number, *PROVEN, *roles["identity_custodian"])
    assert read("people", "restrict", number, *GROUND, *me) == {"number": number, "restricted": True}
    assert run("people", "answer", number, "granted", "--text", "Đã hạn chế.", *me).exit_code == 0

    lifted = read("people", "lift-restriction", number, "--reason", "Đã xong", *me)

    assert lifted == {"number": number, "restricted": False}


def test_a_number_nobody_has(run: Run, roles: Mapping[str, Sequence[str]]) -> None:
    """Is told, with where to look; so is one that isn't theirs."""
    done = run("people", "show", "DL-000000", *roles["data_officer"])
    assert (done.exit_code, "anninh people requests" in done.stderr) == (1, True)
