"""`anninh call` carries out every operation from the command line, for people and programs."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.cli.conftest import Read, Run, open_folder

from anninh_core.cli.calling.call import call
from anninh_core.cli.calling.flags import TAKEN, build_flags, read_arguments
from anninh_core.operations import OperationGateway
from anninh_core.testing import memory_app


def describe_upload(data: bytes, name: str, media_type: str) -> str:
    return f"{name} {media_type} {len(data)}"


def test_operations_are_listed(run: Run, read: Read, folder: Path) -> None:
    """Operations are listed by the beginning of their names, and JSON has their permission, traces and arguments."""
    output = run("call", "--list", "tips.s", "--at", folder).output
    assert "tips.settle" in output
    assert "tips.list" not in output
    assert len(output.splitlines()[0]) <= 80
    by_name = {operation["name"]: operation for operation in read("call", "--list", "--json", "--at", folder)}
    assert by_name["tips.get"]["traced"]
    assert by_name["units.grant"]["step_up"]
    assert {"name": "tip_id", "takes": "TEXT", "required": True, "repeats": False} in by_name["tips.settle"][
        "arguments"
    ]
    assert len(by_name) == len(Path("tests/operations/operations.txt").read_text(encoding="utf-8").splitlines())


def test_operation_help_shows_its_flags(run: Run, folder: Path) -> None:
    """An operation's help shows its ID argument, permission and the values of closed lists."""
    output = run("call", "--list", "tips.settle", "--at", folder).output
    assert "anninh call tips.settle ID" in output
    assert "tip.handle" in output
    assert "unfounded" in output


def test_a_call_acts_as_the_officer(run: Run, folder: Path) -> None:
    """A call takes the id as an argument and all other values as flags, and acts as the officer."""
    with open_folder(folder) as (app, me):
        tip = app.tips.list(me).items[0]
    assert (
        run("call", "tips.exclusions.add_unit", tip.id, "--unit", "ninh-an", "--reason", "x", "--at", folder).exit_code
        == 0
    )
    with open_folder(folder) as (app, me):
        assert app.tips.get(me, tip.id).excluded != tip.excluded


def test_call_with_same_key_runs_once(run: Run, folder: Path) -> None:
    """A second call with the same idempotency key is refused."""
    words = ("call", "tips.record_walk_in", "--text", "Mất xe", "--unit", "ninh-hoa", "--key", "k1", "--at", folder)
    assert run(*words).exit_code == 0
    again = run(*words)
    assert again.exit_code == 1
    assert "k1" in again.output


def test_call_for_old_version_is_refused(run: Run, folder: Path) -> None:
    """A call with `--if-match` of an old version changes nothing, and a call that changes no record refuses
    `--if-match`.
    """
    with open_folder(folder) as (app, me):
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


def test_call_accepts_json_arguments(run: Run, read: Read, folder: Path, tmp_path: Path) -> None:
    """Arguments can be JSON in a file, on standard input or inline; flags override them."""
    file = tmp_path / "arguments.json"
    file.write_text('{"unit": "ninh-hoa", "text": "Mất gà"}', encoding="utf-8")
    assert run("call", "tips.record_walk_in", "--json", f"@{file}", "--at", folder).exit_code == 0
    assert run("call", "tips.record_walk_in", "--json", "-", "--at", folder, input=file.read_text()).exit_code == 0
    assert (
        run("call", "tips.record_walk_in", "--json", '{"text": "x"}', "--unit", "ninh-an", "--at", folder).exit_code
        == 0
    )
    with open_folder(folder) as (app, me):
        units = [tip.unit for tip in app.tips.list(me).items if tip.text in ("x", "Mất gà")]
        assert sorted(units) == ["ninh-an", "ninh-hoa", "ninh-hoa"]


def test_call_errors_are_json(run: Run, folder: Path) -> None:
    """With `--json` an error is JSON on standard error with the path of the wrong argument, and the usual exit code."""
    result = run("call", "tips.list", "--limit", "300", "--json", "--at", folder)
    assert result.exit_code == 1
    error = json.loads(result.stderr)
    assert (error["code"], error["errors"][0]["path"]) == ("BadArguments", "limit")
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
def test_wrong_flags_are_usage_errors(run: Run, folder: Path, words: tuple[str, ...], complaint: str) -> None:
    """Wrong flags are a usage error with exit code 2."""
    result = run("call", *words, "--at", folder)
    assert (result.exit_code, complaint in result.output) == (2, True), result.output


def test_files_go_in_and_out(run: Run, folder: Path, tmp_path: Path) -> None:
    """A path is uploaded as a file, and a file in the answer is written to `--out`, replaced only with `--force`."""
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


def test_flags_for_every_type(tmp_path: Path) -> None:
    """Flags repeat for lists, are pairs for mappings and switches for booleans, and reserved names get a prefix."""
    with memory_app() as app:
        gateway = OperationGateway(app)

        def parse_flags(name: str, *written: str) -> Any:
            return read_arguments(gateway.find(name), written, describe_upload, tmp_path)

        assert parse_flags("units.appoint", "--roles", "editor", "--roles=reviewer") == {
            "roles": ["editor", "reviewer"]
        }
        assert parse_flags("units.hand_over", "7", "--to", "a=b") == {"officer_id": "7", "to": {"a": "b"}}
        assert parse_flags("programme.hold_training", "--attendance", "ninh-an=3") == {"attendance": {"ninh-an": 3}}
        assert parse_flags("tips.list", "--mine") == {"mine": True}
        assert parse_flags("duty.alarms", "--no-open") == {"open": False}
        assert parse_flags("duty.on_duty", "u", "--arg-at", "2021-09-18T08:00+07:00")["at"] == "2021-09-18T08:00+07:00"
        assert parse_flags("inquiries.waiting", "--hours", "1.5") == {"hours": 1.5}
        assert parse_flags("tips.list", "--limit", "x") == {"limit": "x"}


def test_operation_flags_are_unambiguous() -> None:
    """No flag of an operation equals an option of the command or the negation of another flag."""
    options = {word.removeprefix("--") for option in call.params for word in option.opts}
    assert TAKEN - {"help"} == options - {"operation", "words"}
    with memory_app() as app:
        for operation in OperationGateway(app).operations.values():
            flags = build_flags(operation)
            assert not TAKEN & flags.keys()
            assert not {f"no-{word}" for word in flags} & flags.keys()
            assert {flag.name for flag in flags.values()} == operation.arguments.shapes.keys()
