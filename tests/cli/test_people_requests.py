"""`anninh people requests`, `check`, `find`, `export`, `answer` and related commands."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Read, Run, get_mock_messenger, open_folder, process_chat_events

pytestmark = pytest.mark.slow

PROVEN = ("--way", "office_paper", "--passed", "--note", "Đúng ảnh trên thẻ")
GROUND = ("--rule", "Luật 91/2025/QH15 Điều 14", "--reason", "Đang xác minh")


@pytest.fixture
def roles(officer: Callable[..., str]) -> Mapping[str, Sequence[str]]:
    """Command-line options to act as the officer who checks identities, as the one who handles requests, or as the
    operator.
    """
    return {role: ("--as", officer("hoa-lu", role)) for role in ("identity_custodian", "data_officer", "operator")}


def send_message(folder: Path, words: str) -> None:
    with open_folder(folder) as (app, _):
        chat = get_mock_messenger(app).chat
        chat.says(chat.person("Bà Mẫu"), words)
        process_chat_events(app)


def test_data_request_is_exported_and_answered(
    run: Run, read: Read, folder: Path, roles: Mapping[str, Sequence[str]], tmp_path: Path
) -> None:
    """A data request from the chat is listed with its deadline; its identity is checked, its data found, left out in
    part and exported as files, and the request answered.
    """
    send_message(folder, "cho tôi xem dữ liệu của tôi")
    handler = roles["data_officer"]
    checker = roles["identity_custodian"]
    (listed,) = read("people", "requests", *handler)
    number = listed["number"]
    assert (listed["kind"], listed["state"], listed["clock"]) == ("access", "received", "running")
    assert number in run("people", "to-check", *checker).stdout
    assert "unproven" not in run("people", "check", number, *PROVEN, *checker).stdout

    result = read("people", "find", number, "--purpose", "Lập bản sao", *handler)
    assert result["counts"]["messages"] == 1
    assert "messages" in run("people", "find", number, "--purpose", "Xem lại", *handler).stdout
    run("people", "leave-out", number, "disclosures", *GROUND, *handler)
    for format in ("json", "html", "zip"):
        out = tmp_path / f"copy.{format}"
        done = run("people", "export", number, "--format", format, "--way", "office", "--out", str(out), *handler)
        assert (done.exit_code, out.stat().st_size > 0) == (0, True)
    copy: Any = json.loads((tmp_path / "copy.json").read_text())
    assert (copy["schema"], copy["left_out"][0]["category"]) == ("anninh.personal-data/1", "disclosures")
    again = run(
        "people", "export", number, "--format", "json", "--way", "office", "--out", str(tmp_path / "copy.zip"), *handler
    )
    assert (again.exit_code, "already exists" in again.stderr) == (1, True)

    run(
        "people",
        "answer",
        number,
        "partly",
        "--text",
        "Đã lập bản sao.",
        *GROUND,
        "--way",
        "office",
        "--notify",
        *handler,
    )
    output = run("people", "show", number, *handler).stdout
    assert all(word in output for word in ("office_paper passed", "json by office", "disclosures", "Đã lập bản sao."))
    assert read("people", "requests", *handler) == []
    assert read("people", "requests", "--all", *handler)[0]["outcome"] == "partly"


def test_granted_deletion_waits_for_operator(
    run: Run, read: Read, folder: Path, roles: Mapping[str, Sequence[str]]
) -> None:
    """A granted deletion waits for an operator: the officer who grants it doesn't carry it out."""
    send_message(folder, "xóa dữ liệu của tôi")
    handler = roles["data_officer"]
    number = read("people", "requests", *handler)[0]["number"]
    run("people", "check", number, *PROVEN, *roles["identity_custodian"])
    result = run("people", "answer", number, "granted", "--text", "Sẽ xóa.", *handler)
    (erasure,) = read("people", "list", *roles["operator"])
    assert (result.exit_code, erasure["id"] in result.stdout, erasure["state"]) == (0, True, "open")


def test_counter_request_takes_three_officers(
    run: Run, read: Read, roles: Mapping[str, Sequence[str]], officer: Callable[..., str]
) -> None:
    """A request from the counter is recorded by one officer, linked and checked by another, restricted and extended by
    a third.
    """
    desk = ("--as", officer("ninh-hoa", "board_admin"))
    handler = roles["data_officer"]
    checker = roles["identity_custodian"]
    result = run("people", "record", "restriction", "--unit", "ninh-hoa", "--applicant", "Bà Mẫu", *desk)
    number = result.stdout.partition(":")[0]
    assert "Noted" in run("people", "link", number, "--account", "oa", "nobody", *checker).stdout
    assert run("people", "link", number, *checker).exit_code == 1
    run("people", "check", number, *PROVEN, *checker)
    assert run("people", "restrict", number, *GROUND, *handler).exit_code == 0
    assert read("people", "requests", *handler)[0]["restricted"] is True
    assert run("people", "extend", number, "--reason", "Nhiều dữ liệu", *handler).exit_code == 0
    assert run("people", "lift", number, "--reason", "Đã xong", *handler).exit_code == 0
    refusal = run("people", "correct", number, "--name", "Bà Mẫu", "--reason", "Nhầm", *handler)
    assert (refusal.exit_code, "asks for restriction" in refusal.stderr) == (1, True)


def test_restriction_is_lifted_after_answer(
    run: Run, read: Read, roles: Mapping[str, Sequence[str]], officer: Callable[..., str]
) -> None:
    """The restriction of an answered request is lifted by its number, and JSON keeps its earlier field names."""
    desk = ("--as", officer("ninh-hoa", "board_admin"))
    handler = roles["data_officer"]
    words = ("restriction", "--unit", "ninh-hoa", "--applicant", "Bà Mẫu")
    recorded = read("people", "record", *words, *desk)
    number = recorded["number"]
    assert recorded.keys() == {"number", "id", "due"}
    assert "due" in run("people", "record", *words[:-1], "Ông Mẫu", *desk).stdout.splitlines()[1]
    run("people", "check", number, *PROVEN, *roles["identity_custodian"])
    assert read("people", "restrict", number, *GROUND, *handler) == {"number": number, "restricted": True}
    assert run("people", "answer", number, "granted", "--text", "Đã hạn chế.", *handler).exit_code == 0

    lifted = read("people", "lift-restriction", number, "--reason", "Đã xong", *handler)

    assert lifted == {"number": number, "restricted": False}


def test_unknown_request_number_is_refused(run: Run, roles: Mapping[str, Sequence[str]]) -> None:
    """An unknown number is refused, and the error mentions the command that lists requests."""
    result = run("people", "show", "DL-000000", *roles["data_officer"])
    assert (result.exit_code, "anninh people requests" in result.stderr) == (1, True)
