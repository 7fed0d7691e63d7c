"""`anninh call`: whatever the door has, at a keyboard and for programs."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.cli.conftest import Read, Run, opened

from anninh_core.cli.calling.call import call
from anninh_core.cli.calling.flags import TAKEN, flags_of, read_words
from anninh_core.operations import Door
from anninh_core.testing import memory_app


def no_upload(data: bytes, name: str, media_type: str) -> str:
    return f"{name} {media_type} {len(data)}"


def test_operations_are_listed(run: Run, read: Read, folder: Path) -> None:
    """By the beginning of their names, with kind, permission and what each leaves; for programs with arguments."""
    shown = run("call", "--list", "tips.s", "--at", folder).output
    assert "tips.settle" in shown
    assert "tips.list" not in shown
    assert len(shown.splitlines()[0]) <= 80
    told = {one["name"]: one for one in read("call", "--list", "--json", "--at", folder)}
    assert told["tips.get"]["traced"]
    assert told["units.grant"]["step_up"]
    assert {"name": "tip_id", "takes": "TEXT", "required": True, "repeats": False} in told["tips.settle"]["arguments"]
    assert len(told) == len(Path("tests/operations/operations.txt").read_text(encoding="utf-8").splitlines())


def test_one_operation_shows_its_flags(run: Run, folder: Path) -> None:
    """What is needed, what may be written as ID, and which words a closed list has."""
    shown = run("call", "--list", "tips.settle", "--at", folder).output
    assert "anninh call tips.settle ID" in shown
    assert "tip.handle" in shown
    assert "unfounded" in shown


def test_a_call_acts_as_the_officer(run: Run, folder: Path) -> None:
    """The id as a word, everything else as flags; the journal has the use case."""
    with opened(folder) as (app, me):
        tip = app.tips.list(me).items[0]
    assert (
        run("call", "tips.exclusions.add_unit", tip.id, "--unit", "ninh-an", "--reason", "x", "--at", folder).exit_code
        == 0
    )
    with opened(folder) as (app, me):
        assert app.tips.get(me, tip.id).excluded != tip.excluded


def test_a_request_key_makes_it_once(run: Run, folder: Path) -> None:
    """The second call under it is told that it was done."""
    words = ("call", "tips.record_walk_in", "--text", "Mất xe", "--unit", "ninh-hoa", "--key", "k1", "--at", folder)
    assert run(*words).exit_code == 0
    again = run(*words)
    assert again.exit_code == 1
    assert "k1" in again.output


def test_what_somebody_changed_meanwhile_is_left_alone(run: Run, folder: Path) -> None:
    """The version that was seen is named; a stale one changes nothing, and what changes no record takes none."""
    with opened(folder) as (app, me):
        tip = app.tips.list(me).items[0]
    words = (
        "call",
        "tips.exclusions.add_unit",
        tip.id,
        "--unit",
        "ninh-an",
        "--reason",
        "x",
        "--at",
        folder,
        "--if-match",
    )
    assert run(*words, str(tip.version)).exit_code == 0
    stale = run(*words, str(tip.version))
    assert (stale.exit_code, "version" in stale.output) == (1, True)
    listed = run("call", "tips.list", "--if-match", "1", "--at", folder)
    assert (listed.exit_code, "doesn't change a record named by its first argument" in listed.output) == (1, True)


def test_arguments_come_as_json_too(run: Run, read: Read, folder: Path, tmp_path: Path) -> None:
    """In a file, on standard input, or written out; flags beside them win."""
    file = tmp_path / "arguments.json"
    file.write_text('{"unit": "ninh-hoa", "text": "Mất gà"}', encoding="utf-8")
    assert run("call", "tips.record_walk_in", "--json", f"@{file}", "--at", folder).exit_code == 0
    assert run("call", "tips.record_walk_in", "--json", "-", "--at", folder, input=file.read_text()).exit_code == 0
    assert (
        run("call", "tips.record_walk_in", "--json", '{"text": "x"}', "--unit", "ninh-an", "--at", folder).exit_code
        == 0
    )
    with opened(folder) as (app, me):
        told = [one.unit for one in app.tips.list(me).items if one.text in ("x", "Mất gà")]
        assert sorted(told) == ["ninh-an", "ninh-hoa", "ninh-hoa"]


def test_errors_are_json_for_programs(run: Run, folder: Path) -> None:
    """With what is wrong by its path, on standard error, under the exit codes of every command."""
    wrong = run("call", "tips.list", "--limit", "300", "--json", "--at", folder)
    assert wrong.exit_code == 1
    told = json.loads(wrong.stderr)
    assert (told["code"], told["errors"][0]["path"]) == ("BadArguments", "limit")
    assert json.loads(run("call", "tips.get", "nothing", "--json", "--at", folder).stderr)["code"] == "NotVisible"
    assert run("call", "--json", "tips.list", "--at", folder, "--as", "nobody").exit_code == 2
    assert "limit" in run("call", "tips.list", "--limit", "300", "--at", folder).stderr


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ((), "--list"),
        (("tips.list", "--limt", "3"), "no --limt"),
        (("tips.list", "--limit"), "lacks its value"),
        (("tips.list", "--limit", "3", "--limit", "4"), "written once"),
        (("tips.list", "stray"), "belongs to no flag"),
        (("tips.list", "--json", "[]"), "object"),
        (("units.hand_over", "1", "--to", "x"), "NAME=VALUE"),
    ],
)
def test_what_is_written_wrongly_is_told(run: Run, folder: Path, words: tuple[str, ...], complaint: str) -> None:
    """As for every command: a usage error."""
    done = run("call", *words, "--at", folder)
    assert (done.exit_code, complaint in done.output) == (2, True), done.output


def test_files_go_in_and_out(run: Run, folder: Path, tmp_path: Path) -> None:
    """A path stands for an upload; what is answered as a file is written beside whoever asked."""
    picture = tmp_path / "anh.png"
    Image.new("RGB", (8, 8), "red").save(picture)
    assert run("call", "content.attach", "ninh-hoa", "--data", str(picture), "--at", folder).exit_code == 0
    id = run("call", "--upload", picture, "--at", folder).output.strip()
    piece = {"title": "T", "body": "B", "category": "crime_warning", "units": ["ninh-hoa"], "attachments": [id]}
    written = run("call", "content.write", "ninh-hoa", "--piece", json.dumps(piece), "--at", folder)
    assert written.exit_code == 0, written.output
    days = ("--start", "2021-01-01", "--end", "2999-01-01", "--format", "html")
    paper = tmp_path / "so.html"
    assert run("call", "tips.papers.register", "ninh-hoa", *days, "--out", paper, "--at", folder).exit_code == 0
    assert b"<html" in paper.read_bytes().lower()
    assert "--force" in run("call", "tips.papers.register", "ninh-hoa", *days, "--out", paper, "--at", folder).output


def test_every_kind_of_flag(tmp_path: Path) -> None:
    """Lists repeat, mappings are pairs, yes and no are words of their own, and some have another name."""
    with memory_app() as app:
        door = Door(app)

        def words(name: str, *written: str) -> Any:
            return read_words(door.find(name), written, no_upload, tmp_path)

        assert words("units.appoint", "--roles", "editor", "--roles=reviewer") == {"roles": ["editor", "reviewer"]}
        assert words("units.hand_over", "7", "--to", "a=b") == {"officer_id": "7", "to": {"a": "b"}}
        assert words("programme.hold_training", "--attendance", "ninh-an=3") == {"attendance": {"ninh-an": 3}}
        assert words("tips.list", "--mine") == {"mine": True}
        assert words("duty.alarms", "--no-open") == {"open": False}
        assert words("duty.on_duty", "u", "--arg-at", "2021-09-18T08:00+07:00")["at"] == "2021-09-18T08:00+07:00"
        assert words("inquiries.waiting", "--hours", "1.5") == {"hours": 1.5}
        assert words("tips.list", "--limit", "x") == {"limit": "x"}


def test_every_operation_has_flags() -> None:
    """None of an operation's flags is an option of the command, and none is written as another's denial."""
    options = {word.removeprefix("--") for option in call.params for word in option.opts}
    assert TAKEN - {"help"} == options - {"operation", "words"}
    with memory_app() as app:
        for operation in Door(app).operations.values():
            flags = flags_of(operation)
            assert not TAKEN & flags.keys()
            assert not {f"no-{word}" for word in flags} & flags.keys()
            assert {flag.name for flag in flags.values()} == operation.arguments.shapes.keys()
