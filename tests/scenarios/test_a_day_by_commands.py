"""A day of a commune by the command line alone: from `anninh init` to a signed half-year report, by five officers.

Each command is a process of its own on one shared folder; each officer has an account, a home, and what their roles
allow. The chat is the pretend one, so that a group can be founded.
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
from tests.support.commands.caller import Commands

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("day_by_commands")]  # some hundred processes

PASSWORD = "bốn con bò ăn cỏ"
CODE = re.compile(r"\b[2-9A-HJKMNP-TV-Z]{4}(?:-[2-9A-HJKMNP-TV-Z]{4}){2}\b")
ID = re.compile(r"\(id (\S+)\)")
HALF_YEAR = ("half-year", "2022")
CHAT = '[messengers.oa]\ntype = "mock"\nunit = "ninh-hoa"\noptions = { path = "mock-chat.jsonl" }\n'


@frozen
class Officer:
    """Somebody at a keyboard, on a machine of their own."""

    name: str
    folder: Path
    home: Path
    commands: Commands
    secrets: list[str] = field(factory=list)

    def call(self, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Carry a command line out."""
        return self.commands.run(words, environment=self.environment(), folder=self.folder.parent, typed=typed)

    def environment(self) -> Mapping[str, str]:
        """Return in which environment commands run."""
        own = {"ANNINH_AT": str(self.folder), "XDG_CONFIG_HOME": str(self.home), "COLUMNS": "80"}
        return {**os.environ, **own, "PYTHONPATH": os.pathsep.join(sys.path)}

    def run(self, *words: str, typed: str = "") -> str:
        """Return what a command prints."""
        done = self.call(*words, typed=typed)
        assert done.returncode == 0, f"{self.name}: {words}\n{done.stdout}{done.stderr}"
        return done.stdout

    def read(self, *words: str) -> Any:
        """Return what a command prints for programs."""
        return json.loads(self.run(*words, "--json"))

    def refused(self, *words: str) -> str:
        """Return the code of the error with which a command ends."""
        done = self.call(*words, "--json", "--yes" if "--yes" in self.run(*words[:2], "--help") else "--no-input")
        assert done.returncode == 1, f"{self.name} may: {words}"
        code: str = json.loads(done.stderr)["code"]
        return code

    def code(self) -> str:
        """Return what the authenticator app shows."""
        return pyotp.TOTP(self.secrets[-1]).now()

    def sign(self, *words: str) -> Any:
        """Sign; the second factor is shown again where it was shown too long ago."""
        done = self.call(*words, "--json")
        if done.returncode and json.loads(done.stderr)["code"] == "StepUpNeeded":
            self.run("account", "step-up", typed=f"{self.code()}\n")
            return self.read(*words)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def set_up(self, told: str) -> None:
        """Set name and password by the code that was handed over, and sign in."""
        found = CODE.search(told)
        assert found is not None, told
        self.run("account", "setup", "--name", self.name, typed=f"{found[0]}\n{PASSWORD}\n")
        self.run("login", "--name", self.name, typed=f"{PASSWORD}\n\n")

    def add_second_factor(self) -> None:
        """Add an authenticator app: its secret is read off the screen, and a code of it typed."""
        words = [sys.executable, "-m", "anninh_core.cli", "account", "totp"]
        pipes: Mapping[str, Any] = dict.fromkeys(("stdin", "stdout"), subprocess.PIPE)
        called: Mapping[str, Any] = {"cwd": self.folder.parent, "env": self.environment()}
        with subprocess.Popen(words, **called, **pipes, encoding="utf-8") as asked:
            assert asked.stdin is not None
            assert asked.stdout is not None
            print(PASSWORD, file=asked.stdin, flush=True)
            asked.stdout.readline()
            self.secrets.append(asked.stdout.readline().strip())
            asked.communicate(f"{self.code()}\n")
            assert asked.returncode == 0


@frozen
class Office:
    """The five, and their folder."""

    chair: Officer
    deputy: Officer
    lan: Officer
    hung: Officer
    mai: Officer


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, commands: Commands) -> Office:
    """Made by `init`: two chairs who may grant, and three officers whom the first appoints and the second confirms."""
    place = tmp_path_factory.mktemp("day")
    folder = place / "office"
    chair, deputy, lan, hung, mai = (
        Officer(name, folder, place / name, commands) for name in ("chair", "deputy", "lan", "hung", "mai")
    )
    begun = chair.run("init", str(folder), "--officer", "Trưởng Ban", "--second", "Phó Ban")
    settings = (folder / "anninh.toml").read_text(encoding="utf-8")
    (folder / "anninh.toml").write_text(settings.replace('"triage"]', '"triage", "mock"]') + CHAT, encoding="utf-8")
    chair.set_up(begun)
    chair.add_second_factor()
    second = next(one["id"] for one in chair.read("officers", "list") if one["name"] == "Phó Ban")
    deputy.set_up(chair.run("officers", "invite", second))
    deputy.add_second_factor()
    for one, title, roles in (
        (lan, "Cán bộ Lan", (("tip_officer", "ninh-hoa"),)),
        (hung, "Cán bộ Hùng", (("editor", "ninh-hoa"), ("report_officer", "hoa-lu"))),
        (mai, "Cán bộ Mai", (("reviewer", "ninh-hoa"), ("board_admin", "ninh-hoa"))),
    ):
        appoint(chair, deputy, one, title, roles)
    hung.add_second_factor()
    return Office(chair, deputy, lan, hung, mai)


def appoint(chair: Officer, deputy: Officer, one: Officer, title: str, roles: tuple[tuple[str, str], ...]) -> None:
    """Appoint an officer; what goes beyond the chair's own roles is confirmed by the deputy."""
    (role, unit), *others = roles
    told = chair.run("officers", "appoint", title, unit, "--role", role)
    found = ID.search(told)
    assert found is not None, told
    for role_more, unit_more in others:
        chair.run("officers", "grant", found[1], role_more, unit_more)
    for role_any, unit_any in roles:
        deputy.run("officers", "confirm", found[1], role_any, unit_any)
    one.set_up(chair.run("officers", "invite", found[1]))


def test_a_tip_is_worked_off(office: Office) -> None:
    """By whom it belongs to: others neither see nor touch it."""
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


def test_a_question_is_answered_and_becomes_an_article(office: Office) -> None:
    """Asked in the chat, answered in an officer's words, written down for all; the next one is answered from that."""
    lan = office.lan
    ask(lan, "Bà Hoa", "Cho tôi hỏi thủ tục đăng ký tạm trú làm ở đâu ạ?")
    first = received(lan)
    for other in (office.hung, office.mai):
        assert other.refused("inquiries", "answer", first, "--text", "x") in ("Refused", "NotVisible", "NotFound")
    assert "tạm trú" in lan.run("inquiries", "show", first)
    words = "Tại trụ sở công an xã, buổi sáng các ngày trong tuần."
    sent = lan.read("inquiries", "answer", first, "--text", words, "--source", "Công an xã", "--yes")
    assert sent["state"] == "replied"
    lan.run("work", "--once")
    assert lan.read("inquiries", "show", first)["state"] == "answered"

    known = ("--title", "Đăng ký tạm trú", "--text", words, "--source", "Luật Cư trú 2020", "--asked-as", "tạm trú")
    assert office.hung.refused("kb", "write", "--unit", "ninh-hoa", *known) == "Refused"
    article = lan.read("kb", "write", "--unit", "Ninh Hòa", *known)["id"]
    assert "Đăng ký t" in lan.run("--lang", "vi", "kb", "list")
    ask(lan, "Ông Mẫu", "Thủ tục tạm trú cho con tôi làm thế nào ạ?")
    second = received(lan)
    lan.run("inquiries", "answer", second, "--article", article, "--yes")
    assert lan.read("work", "--once")["sent"] == 1
    shown = lan.run("--lang", "vi", "inquiries", "show", second)
    assert "đã trả lời" in shown
    assert words.partition(",")[0] in shown


def ask(who: Officer, resident: str, words: str) -> None:
    """Let a resident write to the official account."""
    told = who.run("play", "--name", resident, typed=f"{words}\n")
    assert "Đã nhận câu hỏi" in told, told


def received(who: Officer) -> str:
    """Return the id of the one question that nobody has answered."""
    (question,) = who.read("inquiries", "list", "--state", "received")["items"]
    id: str = question["id"]
    return id


def test_an_item_is_written_reviewed_and_published(office: Office) -> None:
    """By two persons, into a group that the second one founded."""
    hung = office.hung
    mai = office.mai
    found = ("groups", "found", "--unit", "ninh-hoa", "--kind", "commune", "--title", "An ninh Ninh Hòa")
    assert hung.refused(*found, "--messenger", "oa") == "Refused"
    mai.run(*found, "--messenger", "oa", "--yes")
    mai.run("groups", "seat", "ninh-hoa", "--post", "owner", "--officer", "me")
    mai.run("groups", "launch", "ninh-hoa", "--yes")
    words = ("--title", "Cảnh báo", "--body", "Không chuyển tiền cho người lạ.", "--source", "Công an huyện")
    places = ("--unit", "ninh-hoa", "--for", "ninh-hoa")
    item = hung.read("content", "write", *places, "--category", "crime_warning", *words)["id"]
    hung.run("content", "submit", item)
    assert hung.refused("content", "review", item, "--reject", "x") == "Refused"
    shown = mai.call("content", "review", item, "--json").stderr
    gates = [word for gate in re.findall(r"--gate (\w+)=", shown) for word in ("--gate", f"{gate}=đúng")]
    assert gates
    findings = [
        word
        for one in mai.read("content", "show", item)["findings"]
        for word in ("--finding", f"{one['number']}=đã xem")
    ]
    mai.run("content", "review", item, *gates, *findings)
    assert mai.read("content", "publish", item, "--yes")["state"] == "published"
    assert office.lan.refused("content", "withdraw", item, "--reason", "x") in ("Refused", "NotVisible")


def test_a_milestone_is_handed_in(office: Office) -> None:
    """The clock opens what the plan asks for; the commune's officer hands it in, and nobody else."""
    office.chair.run("tick")
    duty = "pilot.2021.ninh-hoa"
    assert office.lan.refused("duties", "hand-in", duty, "--evidence", "x") == "Refused"
    assert office.hung.read("duties", "hand-in", duty, "--evidence", "12/BB")["state"] == "done"


def test_the_half_year_report_is_signed(office: Office, tmp_path: Path) -> None:
    """The commune's is filled and handed in by one, accepted by the chair; the deputy signs the consolidated one."""
    hung = office.hung
    chair = office.chair
    deputy = office.deputy
    report = ".".join((*HALF_YEAR, "ninh-hoa"))
    begin = ("reports", "begin", "--obligation", HALF_YEAR[0], "--year", HALF_YEAR[1], "--unit", "ninh-hoa")
    assert office.lan.refused(*begin) == "Refused"
    hung.run(*begin)
    fill(hung, report)
    signature = ("--number", "5", "--day", "2022-06-10", "--signer", "Nguyễn Văn Mẫu", "--yes")
    hung.sign("reports", "submit", report, *signature)
    assert hung.refused("reports", "accept", report) in ("Refused", "NotVisible")
    chair.run("reports", "accept", report, "--yes")
    hung.run("reports", "consolidate", "--obligation", HALF_YEAR[0], "--year", HALF_YEAR[1])
    whole = ".".join(HALF_YEAR)
    fill(hung, whole)
    signed = deputy.sign("reports", "sign", whole, *signature)
    assert (signed["state"], signed["unit"], signed["signature"]["number"][:3]) == ("submitted", "hoa-lu", "05/")
    paper = tmp_path / "bao-cao.docx"
    deputy.run("reports", "show", *HALF_YEAR, "--format", "docx", "--out", str(paper))
    assert paper.read_bytes().startswith(b"PK")
    assert "Nguyễn Văn Mẫu" in deputy.run("reports", "show", *HALF_YEAR)


def fill(who: Officer, report: str) -> None:
    """Write all sections that take words."""
    wrong = who.call("reports", "fill", report, "--section", "?", "--text", "x", "--json").stderr
    for key in json.loads(wrong)["message"].partition("none of ")[2].split(", "):
        who.run("reports", "fill", report, "--section", key, "--text", "Nội dung của đơn vị.")
