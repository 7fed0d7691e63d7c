"""`anninh identity` and `anninh custodians` lead from the request for a reporter's name to its disclosure, by exchanged
files too.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import frozen
from click.testing import Result
from tests.cli.conftest import Read, Run, open_folder

from anninh_core.app.offline_custody.authority import find_pin_file

pytestmark = pytest.mark.slow  # These tests are slow, because they make folders with their own keys and passphrases.

PASSPHRASE = "năm từ thật dài ở đây"
ENV = {"ANNINH_PASSPHRASE": PASSPHRASE}
ASKED = ("--purpose", "Xác minh tại chỗ", "--ground", "Điều 9")
NAME = "Chị Mẫu"


@frozen
class Cast:
    """Ids of the officers who act in these tests; `case` is the emergency that the resident `NAME` reported."""

    handler: str
    custodian: str
    chairs: tuple[str, str]
    case: str


@pytest.fixture
def cast(folder: Path, officer: Callable[..., str]) -> Cast:
    with open_folder(folder) as (app, me):
        (tip,) = [tip for tip in app.tips.list(me).items if tip.emergency]
    return Cast(
        officer("hoa-lu", "tip_officer"),
        officer("hoa-lu", "identity_custodian"),
        (officer("hoa-lu", "steering_chair"), officer("hoa-lu", "steering_chair")),
        f"tip:{tip.id}",
    )


def request_field(run: Run, read: Read, cast: Cast, field: str = "name") -> str:
    """Request a field of the reporter's identity, and return the id of the request."""
    result = run("identity", "request", cast.case, "--field", field, *ASKED, "--as", cast.handler)
    assert result.exit_code == 0, result.output
    (row,) = read("identity", "list", "--state", "requested", "--as", cast.custodian)
    return str(row["id"])


def obtain_disclosure(run: Run, read: Read, cast: Cast, field: str = "name") -> str:
    """Request and approve a field of the reporter's identity, and return the id of the disclosure."""
    id = request_field(run, read, cast, field)
    assert "once until" in run("identity", "approve", id, "--reason", "Cần", "--as", cast.custodian).stdout
    return id


def test_approved_name_opens_once(run: Run, read: Read, cast: Cast) -> None:
    """An approved name opens once; a second opening is refused, and the history shows each act."""
    id = obtain_disclosure(run, read, cast)
    (row,) = read("identity", "list", "--state", "approved", "--as", cast.custodian)
    assert (row["field"], row["ground"], row["case"]) == ("name", "Điều 9", cast.case)
    assert run("identity", "open", id, "--as", cast.handler).stdout == f"{NAME}\n"
    again = run("identity", "open", id, "--as", cast.handler)
    assert (again.exit_code, "and opens only once" in again.stderr) == (1, True)
    table = run("identity", "history", id, "--as", cast.custodian).stdout
    assert [table.count(word) for word in ("approve_identity", "reveal_identity", "refused")] == [1, 2, 1]
    assert "opened" in run("identity", "list", "--as", cast.custodian).stdout


def test_refused_request_does_not_open(run: Run, read: Read, cast: Cast) -> None:
    """An approved address opens with its messenger, and a refused request doesn't open."""
    assert run(
        "identity", "open", obtain_disclosure(run, read, cast, "address"), "--as", cast.handler
    ).stdout.startswith("oa ")
    id = request_field(run, read, cast)
    output = run("identity", "refuse", id, "--reason", "Không cần", "--as", cast.custodian).stdout
    assert output == f"name, {cast.case}: refused.\n"
    refused = run("identity", "open", id, "--as", cast.handler)
    assert (refused.exit_code, "second person" in refused.stderr) == (1, True)


def test_unknown_numbers_are_reported(run: Run, read: Read, cast: Cast) -> None:
    """Unknown numbers are reported in words instead of an empty line."""
    opened_field = run("identity", "open", obtain_disclosure(run, read, cast, "numbers"), "--as", cast.handler)
    assert (opened_field.stdout, opened_field.stderr) == ("", "Unknown: numbers.\n")


def test_emergency_opening_is_reviewed(run: Run, read: Read, cast: Cast) -> None:
    """In an emergency the address opens on stdout, the due review is on stderr and in the list, and ends by a
    review.
    """
    result = run("identity", "emergency", cast.case, "--reason", "Nguy hiểm", "--as", cast.handler)
    assert (result.stdout.startswith("oa "), NAME in result.output, "reviewed" in result.stderr) == (True, False, True)
    (waiting,) = read("identity", "emergencies", "--as", cast.custodian)
    assert (waiting["state"], waiting["hours"], waiting["overdue"]) == ("unreviewed", 0, False)
    assert waiting["marked_by"] == ""
    listed = run("identity", "emergencies", "--as", cast.custodian).stdout
    assert ("Nguy hiểm" in listed, "(its words)" in listed) == (True, True)
    words = ("identity", "review", waiting["id"], "--justified", "--reason", "Đúng", "--as", cast.custodian)
    assert "is justified" in run(*words).stdout
    assert read("identity", "emergencies", "--as", cast.custodian) == []
    assert [opening["state"] for opening in read("identity", "emergencies", "--all", "--as", cast.custodian)] == [
        "justified"
    ]


@pytest.fixture
def enrolled_keys(run: Run, cast: Cast, tmp_path: Path) -> dict[str, tuple[str, Path]]:
    """The id and file of the recovery key and of a custodian's key by holder; both keys are enrolled, and names from
    before are encrypted to both.
    """
    keys = {name: make_key(run, tmp_path / f"{name}.key") for name in ("recovery", "custodian")}
    enrol_key(run, cast, keys["recovery"], "--recovery")
    enrol_key(run, cast, keys["custodian"], "--officer", cast.custodian)
    run("tick")
    return {name: (id, file) for name, (id, _, file) in keys.items()}


def make_key(run: Run, file: Path) -> tuple[str, str, Path]:
    """Make a key, and return its id, its public half and its file."""
    _, id, _, _, public = run("custodians", "make-key", str(file), env=ENV).stdout.split()
    return id, public, file


def enrol_key(run: Run, cast: Cast, key: tuple[str, str, Path], *holder: str) -> None:
    """Propose a key by one chair, and confirm it by the other."""
    proposed = run("custodians", "propose", key[1], *holder, "--as", cast.chairs[0])
    assert f"confirm {key[0]}" in proposed.stdout, proposed.output
    assert "in use" in run("custodians", "confirm", key[0], "--as", cast.chairs[1]).stdout


@pytest.mark.slow
def test_custodian_answers_a_sealed_name(
    *, run: Run, read: Read, cast: Cast, enrolled_keys: dict[str, tuple[str, Path]], tmp_path: Path
) -> None:
    """A name encrypted to custodians is exported as a request, answered by the custodian and read by the officer; only
    the last command prints it.
    """
    id = obtain_disclosure(run, read, cast)
    request = tmp_path / "request"
    answer = tmp_path / "answer"
    reader = make_key(run, tmp_path / "reader.key")[2]
    refusal = run("identity", "open", id, "--as", cast.handler)
    assert (refusal.exit_code, "sealed to custodians" in refusal.stderr) == (1, True)
    options = ("--key", str(reader), "--out", str(request), "--as", cast.handler)
    assert run("identity", "export", id, *options).exit_code == 0
    words = ("custodians", "answer", str(request), "--key", str(enrolled_keys["custodian"][1]), "--out", str(answer))
    denied = run(*words, env=ENV, input="n\n")
    assert (denied.exit_code, answer.exists(), "Xác minh tại chỗ" in denied.stdout) == (1, False, True)
    answered = run(*words, env=ENV, input="y\n")
    assert (answered.exit_code, NAME in answered.output) == (0, False)
    assert run("identity", "read", str(answer), "--key", str(reader), env=ENV).stdout == f"{NAME}\n"


def test_foreign_or_unsigned_request_is_refused(
    *, run: Run, read: Read, cast: Cast, enrolled_keys: dict[str, tuple[str, Path]], tmp_path: Path
) -> None:
    """A custodian's command pins the signing key of the first request, and refuses another key; an unsigned request
    needs `--unsigned`.
    """
    key = enrolled_keys["custodian"][1]
    reader = make_key(run, tmp_path / "reader.key")[2]
    requests = [tmp_path / "first", tmp_path / "second"]
    for request in requests:
        id = obtain_disclosure(run, read, cast)
        result = run("identity", "export", id, "--key", str(reader), "--out", str(request), "--as", cast.handler)
        assert result.exit_code == 0, result.output

    def answer_request(request: Path, *words: str) -> Result:
        out = tmp_path / f"answer-{request.name}"
        return run("custodians", "answer", str(request), "--key", str(key), "--out", str(out), "--yes", *words, env=ENV)

    refusal = answer_request(requests[0], "--authority-key", "0" * 32)
    assert (refusal.exit_code, "isn't certified by the authority's known key" in refusal.stderr) == (1, True)
    first = answer_request(requests[0])
    assert (first.exit_code, "compare it" in first.stderr) == (0, True)
    signer = str(read("keys", "status")["signing_key"])
    assert find_pin_file(key).read_text() == f"{signer}\n"
    requests[1].write_text(json.dumps({**json.loads(requests[1].read_bytes()), "signers": [], "signature": ""}))
    refused = answer_request(requests[1])
    assert (refused.exit_code, "isn't signed: ask the officers whether they sent it" in refused.stderr) == (1, True)
    assert answer_request(requests[1], "--unsigned").exit_code == 0


@pytest.mark.slow
def test_recovery_key_replaces_a_lost_key(
    *, run: Run, read: Read, cast: Cast, enrolled_keys: dict[str, tuple[str, Path]], tmp_path: Path
) -> None:
    """A custodian's lost key is replaced by a new one, for which the recovery key wraps the names again; the lost key
    is ended.
    """
    new_key = make_key(run, tmp_path / "new.key")
    batch = tmp_path / "batch"
    wrapped = tmp_path / "wrapped"
    enrol_key(run, cast, new_key, "--officer", cast.custodian)
    recovery, file = enrolled_keys["recovery"]
    out = ("--holder", recovery, "--out", str(batch), "--as", cast.chairs[0])
    assert run("custodians", "export", new_key[0], *out).exit_code == 0
    words = ("--key", str(file), "--for", new_key[0], "--out", str(wrapped))
    assert run("custodians", "rewrap", str(batch), *words, env=ENV).exit_code == 0
    assert "2 names more" in run("custodians", "import", str(wrapped), "--as", cast.chairs[0]).stdout
    lost = enrolled_keys["custodian"][0]
    assert "ended" in run("custodians", "end", lost, "--reason", "Mất khóa", "--as", cast.chairs[0]).stdout
    table = run("custodians", "list", "--as", cast.chairs[0]).stdout
    assert [table.count(word) for word in ("active", "ended", "(recovery)")] == [2, 1, 1]


def test_custodian_mistakes_are_refused(run: Run, cast: Cast, tmp_path: Path) -> None:
    """A proposed key needs exactly one holder, an existing key file isn't overwritten, and without custodians the list
    says that the key file alone opens names.
    """
    for holder in ((), ("--officer", cast.custodian, "--recovery")):
        assert run("custodians", "propose", "11" * 32, *holder, "--as", cast.chairs[0]).exit_code == 2
    assert "key file alone" in run("custodians", "list", "--as", cast.chairs[0]).stdout
    file = make_key(run, tmp_path / "a.key")[2]
    again = run("custodians", "make-key", str(file), env=ENV)
    assert (again.exit_code, "already exists and wasn't changed: choose another file" in again.stderr) == (1, True)


def test_doctor_counts_custodian_keys(run: Run, cast: Cast, enrolled_keys: dict[str, tuple[str, Path]]) -> None:
    """`anninh doctor` shows to how many keys names are encrypted."""
    assert len(enrolled_keys) == 2
    assert "sealed to 2 keys" in run("doctor").stdout
