"""`anninh identity` and `anninh custodians`: the whole way to somebody's name, and the files on it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import frozen
from click.testing import Result
from tests.cli.conftest import Read, Run, opened

from anninh_core.app.offline_custody.authority import pin_of

pytestmark = pytest.mark.slow  # offices with keys and passphrases of their own

PASSPHRASE = "năm từ thật dài ở đây"
ENV = {"ANNINH_PASSPHRASE": PASSPHRASE}
ASKED = ("--purpose", "Xác minh tại chỗ", "--ground", "Điều 9")
NAME = "Chị Mẫu"


@frozen
class Cast:
    """Who acts, by officer id; `case` is the emergency that `NAME` reported."""

    handler: str
    custodian: str
    chairs: tuple[str, str]
    case: str


@pytest.fixture
def cast(folder: Path, officer: Callable[..., str]) -> Cast:
    with opened(folder) as (app, me):
        (tip,) = [tip for tip in app.tips.list(me).items if tip.emergency]
    return Cast(
        officer("hoa-lu", "tip_officer"),
        officer("hoa-lu", "identity_custodian"),
        (officer("hoa-lu", "steering_chair"), officer("hoa-lu", "steering_chair")),
        f"tip:{tip.id}",
    )


def asked(run: Run, read: Read, cast: Cast, field: str = "name") -> str:
    """Ask for a field, and return the id of what was asked."""
    done = run("identity", "request", cast.case, "--field", field, *ASKED, "--as", cast.handler)
    assert done.exit_code == 0, done.output
    (row,) = read("identity", "list", "--state", "requested", "--as", cast.custodian)
    return str(row["id"])


def granted(run: Run, read: Read, cast: Cast, field: str = "name") -> str:
    """Have a field granted, and return the id of the disclosure."""
    id = asked(run, read, cast, field)
    assert "once until" in run("identity", "approve", id, "--reason", "Cần", "--as", cast.custodian).stdout
    return id


def test_a_name_is_asked_for_granted_and_opened_once(run: Run, read: Read, cast: Cast) -> None:
    """Each by its own command; the second look is refused, and the history has all of it."""
    id = granted(run, read, cast)
    (row,) = read("identity", "list", "--state", "approved", "--as", cast.custodian)
    assert (row["field"], row["ground"], row["case"]) == ("name", "Điều 9", cast.case)
    assert run("identity", "open", id, "--as", cast.handler).stdout == f"{NAME}\n"
    again = run("identity", "open", id, "--as", cast.handler)
    assert (again.exit_code, "and opens only once" in again.stderr) == (1, True)
    table = run("identity", "history", id, "--as", cast.custodian).stdout
    assert [table.count(word) for word in ("approve_identity", "reveal_identity", "refused")] == [1, 2, 1]
    assert "opened" in run("identity", "list", "--as", cast.custodian).stdout


def test_an_address_and_a_refusal(run: Run, read: Read, cast: Cast) -> None:
    """The address comes with its messenger; what was refused isn't opened."""
    assert run("identity", "open", granted(run, read, cast, "address"), "--as", cast.handler).stdout.startswith("oa ")
    id = asked(run, read, cast)
    said = run("identity", "refuse", id, "--reason", "Không cần", "--as", cast.custodian).stdout
    assert said == f"name, {cast.case}: refused.\n"
    refused = run("identity", "open", id, "--as", cast.handler)
    assert (refused.exit_code, "second person" in refused.stderr) == (1, True)


def test_nobody_knows_the_numbers(run: Run, read: Read, cast: Cast) -> None:
    """And that is said, in place of an empty line."""
    opened_field = run("identity", "open", granted(run, read, cast, "numbers"), "--as", cast.handler)
    assert (opened_field.stdout, opened_field.stderr) == ("", "Nobody knows the numbers.\n")


def test_an_emergency_is_opened_listed_and_reviewed(run: Run, read: Read, cast: Cast) -> None:
    """The address on the one stream, what is owed for it on the other."""
    done = run("identity", "emergency", cast.case, "--reason", "Nguy hiểm", "--as", cast.handler)
    assert (done.stdout.startswith("oa "), NAME in done.output, "reviewed" in done.stderr) == (True, False, True)
    (waiting,) = read("identity", "emergencies", "--as", cast.custodian)
    assert (waiting["state"], waiting["hours"], waiting["overdue"]) == ("unreviewed", 0, False)
    assert waiting["marked_by"] == ""
    listed = run("identity", "emergencies", "--as", cast.custodian).stdout
    assert ("Nguy hiểm" in listed, "(its words)" in listed) == (True, True)
    words = ("identity", "review", waiting["id"], "--justified", "--reason", "Đúng", "--as", cast.custodian)
    assert "is justified" in run(*words).stdout
    assert read("identity", "emergencies", "--as", cast.custodian) == []
    assert [one["state"] for one in read("identity", "emergencies", "--all", "--as", cast.custodian)] == ["justified"]


@pytest.fixture
def enrolled(run: Run, cast: Cast, tmp_path: Path) -> dict[str, tuple[str, Path]]:
    """Enrol the recovery key and a custodian's; whose -> id and file. The names of before are sealed to them."""
    keys = {name: make_key(run, tmp_path / f"{name}.key") for name in ("recovery", "custodian")}
    enrol(run, cast, keys["recovery"], "--recovery")
    enrol(run, cast, keys["custodian"], "--officer", cast.custodian)
    run("tick")
    return {name: (id, file) for name, (id, _, file) in keys.items()}


def make_key(run: Run, file: Path) -> tuple[str, str, Path]:
    """Make a key, and return its id, its public half and its file."""
    _, id, _, _, public = run("custodians", "make-key", str(file), env=ENV).stdout.split()
    return id, public, file


def enrol(run: Run, cast: Cast, key: tuple[str, str, Path], *whose: str) -> None:
    """Let one chair propose a key, and the other confirm it."""
    proposed = run("custodians", "propose", key[1], *whose, "--as", cast.chairs[0])
    assert f"confirm {key[0]}" in proposed.stdout, proposed.output
    assert "in use" in run("custodians", "confirm", key[0], "--as", cast.chairs[1]).stdout


@pytest.mark.slow
def test_a_sealed_name_goes_to_the_custodian_and_back(
    *, run: Run, read: Read, cast: Cast, enrolled: dict[str, tuple[str, Path]], tmp_path: Path
) -> None:
    """Request, answer, reading: three machines, two files, one name; only the last command prints it."""
    id = granted(run, read, cast)
    request = tmp_path / "request"
    answer = tmp_path / "answer"
    reader = make_key(run, tmp_path / "reader.key")[2]
    told = run("identity", "open", id, "--as", cast.handler)
    assert (told.exit_code, "sealed to custodians" in told.stderr) == (1, True)
    where = ("--key", str(reader), "--out", str(request), "--as", cast.handler)
    assert run("identity", "export", id, *where).exit_code == 0
    words = ("custodians", "answer", str(request), "--key", str(enrolled["custodian"][1]), "--out", str(answer))
    denied = run(*words, env=ENV, input="n\n")
    assert (denied.exit_code, answer.exists(), "Xác minh tại chỗ" in denied.stdout) == (1, False, True)
    answered = run(*words, env=ENV, input="y\n")
    assert (answered.exit_code, NAME in answered.output) == (0, False)
    assert run("identity", "read", str(answer), "--key", str(reader), env=ENV).stdout == f"{NAME}\n"


def test_a_request_of_somebody_else_is_not_answered(
    *, run: Run, read: Read, cast: Cast, enrolled: dict[str, tuple[str, Path]], tmp_path: Path
) -> None:
    """The key that signed the first one is remembered; without a signature it takes a word, as does another key."""
    key = enrolled["custodian"][1]
    reader = make_key(run, tmp_path / "reader.key")[2]
    requests = [tmp_path / "first", tmp_path / "second"]
    for request in requests:
        id = granted(run, read, cast)
        done = run("identity", "export", id, "--key", str(reader), "--out", str(request), "--as", cast.handler)
        assert done.exit_code == 0, done.output

    def answer(request: Path, *words: str) -> Result:
        out = tmp_path / f"answer-{request.name}"
        return run("custodians", "answer", str(request), "--key", str(key), "--out", str(out), "--yes", *words, env=ENV)

    told = answer(requests[0], "--authority-key", "0" * 32)
    assert (told.exit_code, "isn't certified by the authority's known key" in told.stderr) == (1, True)
    first = answer(requests[0])
    assert (first.exit_code, "compare it" in first.stderr) == (0, True)
    signer = str(read("keys", "status")["signing_key"])
    assert pin_of(key).read_text() == f"{signer}\n"
    requests[1].write_text(json.dumps({**json.loads(requests[1].read_bytes()), "signers": [], "signature": ""}))
    refused = answer(requests[1])
    assert (refused.exit_code, "isn't signed: ask the officers whether they sent it" in refused.stderr) == (1, True)
    assert answer(requests[1], "--unsigned").exit_code == 0


@pytest.mark.slow
def test_a_lost_key_is_replaced_by_the_recovery_key(
    *, run: Run, read: Read, cast: Cast, enrolled: dict[str, tuple[str, Path]], tmp_path: Path
) -> None:
    """A new key, wrapped for by the recovery key; the lost one ends, and the list says so."""
    new = make_key(run, tmp_path / "new.key")
    batch = tmp_path / "batch"
    wrapped = tmp_path / "wrapped"
    enrol(run, cast, new, "--officer", cast.custodian)
    recovery, file = enrolled["recovery"]
    out = ("--holder", recovery, "--out", str(batch), "--as", cast.chairs[0])
    assert run("custodians", "export", new[0], *out).exit_code == 0
    words = ("--key", str(file), "--for", new[0], "--out", str(wrapped))
    assert run("custodians", "rewrap", str(batch), *words, env=ENV).exit_code == 0
    assert "2 names more" in run("custodians", "import", str(wrapped), "--as", cast.chairs[0]).stdout
    lost = enrolled["custodian"][0]
    assert "ended" in run("custodians", "end", lost, "--reason", "Mất khóa", "--as", cast.chairs[0]).stdout
    table = run("custodians", "list", "--as", cast.chairs[0]).stdout
    assert [table.count(word) for word in ("active", "ended", "(recovery)")] == [2, 1, 1]


def test_what_is_said_of_a_mistake(run: Run, cast: Cast, tmp_path: Path) -> None:
    """Whose key it is has to be said once; no file is overwritten; without keys the list says what holds."""
    for whose in ((), ("--officer", cast.custodian, "--recovery")):
        assert run("custodians", "propose", "11" * 32, *whose, "--as", cast.chairs[0]).exit_code == 2
    assert "key file alone" in run("custodians", "list", "--as", cast.chairs[0]).stdout
    file = make_key(run, tmp_path / "a.key")[2]
    again = run("custodians", "make-key", str(file), env=ENV)
    assert (again.exit_code, "already exists and wasn't changed: choose another file" in again.stderr) == (1, True)


def test_doctor_says_what_holds(run: Run, cast: Cast, enrolled: dict[str, tuple[str, Path]]) -> None:
    """To how many keys names are sealed."""
    assert len(enrolled) == 2
    assert "sealed to 2 keys" in run("doctor").stdout
