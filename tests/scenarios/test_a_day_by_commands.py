"""A commune's day by the command line alone, from `anninh init` to a signed half-year report, with five officers.

Each command is a process on one shared folder; each officer has an account, a home, and the permissions of their roles.
The chat is the mock messenger, so that a group can be founded.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyotp
import pytest
from attrs import field, frozen
from tests.support.commands.caller import CommandRunner

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("day_by_commands")]  # The tests start some hundred processes.

PASSWORD = "bốn con bò ăn cỏ"
CODE = re.compile(r"\b[2-9A-HJKMNP-TV-Z]{4}(?:-[2-9A-HJKMNP-TV-Z]{4}){2}\b")
ID = re.compile(r"\(id (\S+)\)")
HALF_YEAR = ("half-year", "2022")
CHAT = '[messengers.oa]\ntype = "mock"\nunit = "ninh-hoa"\noptions = { path = "mock-chat.jsonl" }\n'


@frozen
class Officer:
    """An officer with a terminal and a home folder of their own."""

    name: str
    folder: Path
    home: Path
    commands: CommandRunner
    secrets: list[str] = field(factory=list)

    def call(self, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command line and return the completed process."""
        return self.commands.run(words, environment=self.environment(), folder=self.folder.parent, typed=typed)

    def environment(self) -> Mapping[str, str]:
        """Return the environment variables for the officer's commands."""
        own = {"ANNINH_AT": str(self.folder), "XDG_CONFIG_HOME": str(self.home), "COLUMNS": "80"}
        return {**os.environ, **own, "PYTHONPATH": os.pathsep.join(sys.path)}

    def run(self, *words: str, typed: str = "") -> str:
        """Return the output of a command, which must succeed."""
        result = self.call(*words, typed=typed)
        assert result.returncode == 0, f"{self.name}: {words}\n{result.stdout}{result.stderr}"
        return result.stdout

    def read(self, *words: str) -> Any:
        """Return the JSON output of a command."""
        return json.loads(self.run(*words, "--json"))

    def refused(self, *words: str) -> str:
        """Return the error code of a command that must fail."""
        result = self.call(*words, "--json", "--yes" if "--yes" in self.run(*words[:2], "--help") else "--no-input")
        assert result.returncode == 1, f"{self.name} may: {words}"
        code: str = json.loads(result.stderr)["code"]
        return code

    def code(self) -> str:
        """Return the current code of the authenticator app."""
        return pyotp.TOTP(self.secrets[-1]).now()

    def sign(self, *words: str) -> Any:
        """Run a command that signs, and confirm the second factor again if the last confirmation is too old."""
        result = self.call(*words, "--json")
        if result.returncode and json.loads(result.stderr)["code"] == "StepUpNeeded":
            self.run("account", "step-up", typed=f"{self.code()}\n")
            return self.read(*words)
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)

    def set_up(self, output: str) -> None:
        """Set a name and a password with the setup code in `output`, and sign in."""
        setup_code = CODE.search(output)
        assert setup_code is not None, output
        self.run("account", "setup", "--name", self.name, typed=f"{setup_code[0]}\n{PASSWORD}\n")
        self.run("login", "--name", self.name, typed=f"{PASSWORD}\n\n")

    def add_second_factor(self) -> None:
        """Add an authenticator app: read its secret from the output, and type a code that it shows."""
        words = [sys.executable, "-m", "anninh_core.cli", "account", "totp"]
        pipes: Mapping[str, Any] = dict.fromkeys(("stdin", "stdout"), subprocess.PIPE)
        options: Mapping[str, Any] = {"cwd": self.folder.parent, "env": self.environment()}
        with subprocess.Popen(words, **options, **pipes, encoding="utf-8") as process:
            assert process.stdin is not None
            assert process.stdout is not None
            print(PASSWORD, file=process.stdin, flush=True)
            process.stdout.readline()
            self.secrets.append(process.stdout.readline().strip())
            process.communicate(f"{self.code()}\n")
            assert process.returncode == 0


@frozen
class Office:
    """The five officers of an office, who share a folder."""

    chair: Officer
    deputy: Officer
    lan: Officer
    hung: Officer
    mai: Officer


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, commands: CommandRunner) -> Office:
    """An office created by `anninh init`: two chairs who may grant roles, and three officers whom the first chair
    appoints and the second confirms.
    """
    place = tmp_path_factory.mktemp("day")
    folder = place / "office"
    chair, deputy, lan, hung, mai = (
        Officer(name, folder, place / name, commands) for name in ("chair", "deputy", "lan", "hung", "mai")
    )
    output = chair.run("init", str(folder), "--officer", "Trưởng Ban", "--second", "Phó Ban")
    settings = (folder / "anninh.toml").read_text(encoding="utf-8")
    (folder / "anninh.toml").write_text(settings.replace('"triage"]', '"triage", "mock"]') + CHAT, encoding="utf-8")
    chair.set_up(output)
    chair.add_second_factor()
    second = next(entry["id"] for entry in chair.read("officers", "list") if entry["name"] == "Phó Ban")
    deputy.set_up(chair.run("officers", "invite", second))
    deputy.add_second_factor()
    for officer, title, roles in (
        (lan, "Cán bộ Lan", (("tip_officer", "ninh-hoa"),)),
        (hung, "Cán bộ Hùng", (("editor", "ninh-hoa"), ("report_officer", "hoa-lu"))),
        (mai, "Cán bộ Mai", (("reviewer", "ninh-hoa"), ("board_admin", "ninh-hoa"))),
    ):
        appoint_officer(chair, deputy, officer, title, roles)
    hung.add_second_factor()
    return Office(chair, deputy, lan, hung, mai)


def appoint_officer(
    chair: Officer, deputy: Officer, officer: Officer, title: str, roles: tuple[tuple[str, str], ...]
) -> None:
    """Appoint an officer with roles, and let the deputy confirm the roles."""
    (role, unit), *others = roles
    output = chair.run("officers", "appoint", title, unit, "--role", role)
    officer_id = ID.search(output)
    assert officer_id is not None, output
    for role_more, unit_more in others:
        chair.run("officers", "grant", officer_id[1], role_more, unit_more)
    for role_any, unit_any in roles:
        deputy.run("officers", "confirm", officer_id[1], role_any, unit_any)
    officer.set_up(chair.run("officers", "invite", officer_id[1]))


def test_only_responsible_officer_handles_tip(office: Office) -> None:
    """The responsible officer closes a tip, and other officers can't act on it."""
    lan = office.lan
    record = ("tips", "record", "--text", "Mất xe máy ở chợ Ninh Hòa", "--unit", "Ninh Hòa")
    receipt = lan.read(*record, "--received", "2022-03-01T08:00:00+07:00")["receipt"]
    for other in (office.hung, office.mai):
        assert other.refused("tips", "triage", receipt, "--category", "crime") in ("Refused", "NotVisible")
    lan.run("tips", "triage", receipt, "--category", "crime")
    lan.run("tips", "assign", receipt, "--unit", "Ninh Hòa", "--officer", "me")
    lan.run("tips", "verify", receipt)
    settle = ("--outcome", "resolved", "--reason", "found", "--answer", "Đã tìm thấy xe.", "--yes")
    lan.run("tips", "settle", receipt, *settle)
    lan.run("tips", "answer", receipt, "--by-hand", "gọi điện", "--yes")
    assert ": đã kết thúc." in lan.run("--lang", "vi", "tips", "close", receipt, "--yes")


def test_answer_becomes_article_for_next_question(office: Office) -> None:
    """A question from the chat is answered in an officer's words, becomes an article, and the article answers the next
    question.
    """
    lan = office.lan
    ask_question(lan, "Bà Hoa", "Cho tôi hỏi thủ tục đăng ký tạm trú làm ở đâu ạ?")
    first = find_open_question(lan)
    for other in (office.hung, office.mai):
        assert other.refused("inquiries", "answer", first, "--text", "x") in ("Refused", "NotVisible", "NotFound")
    assert "tạm trú" in lan.run("inquiries", "show", first)
    words = "Tại trụ sở công an xã, buổi sáng các ngày trong tuần."
    sent = lan.read("inquiries", "answer", first, "--text", words, "--source", "Công an xã", "--yes")
    assert sent["state"] == "replied"
    lan.run("work", "--once")
    assert lan.read("inquiries", "show", first)["state"] == "answered"

    article_options = (
        "--title",
        "Đăng ký tạm trú",
        "--text",
        words,
        "--source",
        "Luật Cư trú 2020",
        "--asked-as",
        "tạm trú",
    )
    assert office.hung.refused("kb", "write", "--unit", "ninh-hoa", *article_options) == "Refused"
    article = lan.read("kb", "write", "--unit", "Ninh Hòa", *article_options)["id"]
    assert "Đăng ký t" in lan.run("--lang", "vi", "kb", "list")
    ask_question(lan, "Ông Mẫu", "Thủ tục tạm trú cho con tôi làm thế nào ạ?")
    second = find_open_question(lan)
    lan.run("inquiries", "answer", second, "--article", article, "--yes")
    assert lan.read("work", "--once")["sent"] == 1
    output = lan.run("--lang", "vi", "inquiries", "show", second)
    assert "đã trả lời" in output
    assert words.partition(",")[0] in output


def ask_question(officer: Officer, resident: str, words: str) -> None:
    """Let a resident write to the official account."""
    output = officer.run("play", "--name", resident, typed=f"{words}\n")
    assert "Đã nhận câu hỏi" in output, output


def find_open_question(officer: Officer) -> str:
    """Return the id of the only question that isn't answered yet."""
    (question,) = officer.read("inquiries", "list", "--state", "received")["items"]
    id: str = question["id"]
    return id


def test_two_officers_publish_an_item(office: Office) -> None:
    """One officer writes an item, and another reviews it and publishes it into a group."""
    hung = office.hung
    mai = office.mai
    founding = ("groups", "establish", "--unit", "ninh-hoa", "--kind", "commune", "--title", "An ninh Ninh Hòa")
    assert hung.refused(*founding, "--messenger", "oa") == "Refused"
    mai.run(*founding, "--messenger", "oa", "--yes")
    mai.run("groups", "seat", "ninh-hoa", "--post", "owner", "--officer", "me")
    mai.run("groups", "launch", "ninh-hoa", "--yes")
    words = ("--title", "Cảnh báo", "--body", "Không chuyển tiền cho người lạ.", "--source", "Công an huyện")
    places = ("--unit", "ninh-hoa", "--for", "ninh-hoa")
    item = hung.read("content", "write", *places, "--category", "crime_warning", *words)["id"]
    hung.run("content", "submit", item)
    assert hung.refused("content", "review", item, "--reject", "x") == "Refused"
    gate_error = mai.call("content", "review", item, "--json").stderr
    gates = [word for gate in re.findall(r"--gate (\w+)=", gate_error) for word in ("--gate", f"{gate}=đúng")]
    assert gates
    findings = [
        word
        for finding in mai.read("content", "show", item)["findings"]
        for word in ("--finding", f"{finding['number']}=đã xem")
    ]
    mai.run("content", "review", item, *gates, *findings)
    assert mai.read("content", "publish", item, "--yes")["state"] == "published"
    assert office.lan.refused("content", "withdraw", item, "--reason", "x") in ("Refused", "NotVisible")


def test_only_communes_officer_hands_in_duty(office: Office) -> None:
    """The clock opens a duty of the plan, and only the commune's officer can hand it in."""
    office.chair.run("tick")
    duty = "pilot.2021.ninh-hoa"
    assert office.lan.refused("duties", "hand-in", duty, "--evidence", "x") == "Refused"
    assert office.hung.read("duties", "hand-in", duty, "--evidence", "12/BB")["state"] == "done"


def test_deputy_signs_consolidated_report(office: Office, tmp_path: Path) -> None:
    """The commune's report is submitted by its officer and accepted by the chair, and the deputy signs the consolidated
    report.
    """
    hung = office.hung
    chair = office.chair
    deputy = office.deputy
    report = ".".join((*HALF_YEAR, "ninh-hoa"))
    begin = ("reports", "begin", "--obligation", HALF_YEAR[0], "--year", HALF_YEAR[1], "--unit", "ninh-hoa")
    assert office.lan.refused(*begin) == "Refused"
    hung.run(*begin)
    fill_report(hung, report)
    signature = ("--number", "5", "--day", "2022-06-10", "--signer", "Nguyễn Văn Mẫu", "--yes")
    hung.sign("reports", "submit", report, *signature)
    assert hung.refused("reports", "accept", report) in ("Refused", "NotVisible")
    chair.run("reports", "accept", report, "--yes")
    hung.run("reports", "consolidate", "--obligation", HALF_YEAR[0], "--year", HALF_YEAR[1])
    whole = ".".join(HALF_YEAR)
    fill_report(hung, whole)
    signed = deputy.sign("reports", "sign", whole, *signature)
    assert (signed["state"], signed["unit"], signed["signature"]["number"][:3]) == ("submitted", "hoa-lu", "05/")
    paper = tmp_path / "bao-cao.docx"
    deputy.run("reports", "show", *HALF_YEAR, "--format", "docx", "--out", str(paper))
    assert paper.read_bytes().startswith(b"PK")
    assert "Nguyễn Văn Mẫu" in deputy.run("reports", "show", *HALF_YEAR)


def fill_report(officer: Officer, report: str) -> None:
    """Write all sections of a report that need text."""
    wrong = officer.call("reports", "fill", report, "--section", "?", "--text", "x", "--json").stderr
    for key in json.loads(wrong)["message"].partition("none of ")[2].split(", "):
        officer.run("reports", "fill", report, "--section", key, "--text", "Nội dung của đơn vị.")
