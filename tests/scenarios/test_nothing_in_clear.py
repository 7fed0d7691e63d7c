"""After the whole play, what lies in clear says nothing of the residents: not who they are, not what they wrote."""

import json
import re
import sqlite3
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from attrs import evolve
from click.testing import CliRunner
from tests.conftest import Played

from anninh_core.cli.root import anninh
from anninh_core.demo.corpus import load_corpus
from anninh_core.domain.content.kind import PUBLICATION
from anninh_core.domain.tips.kind import TIP
from anninh_core.kernel.errors import DecryptionError
from anninh_core.kernel.redact import find_personal_data
from anninh_core.kernel.text import nfc
from anninh_core.ports.storages.changes import entry_from

pytestmark = pytest.mark.xdist_group("demo")

_RUN = 7  # words in a row that nobody writes twice by chance
_CHAT = "chat.jsonl"  # the pretend platform itself


def runs(text: str) -> Iterator[str]:
    words = nfc(text).split()
    for start in range(max(1, len(words) - _RUN + 1)):
        run = " ".join(words[start : start + _RUN])
        if len(run) >= 12:
            yield run


@pytest.fixture(scope="module")
def official(played: Played) -> str:
    """Everything that officials published, and the words of the profile: residents may have used them too."""
    runner = played.stage.app.internals.runner
    published = [
        runner.context.open_record(PUBLICATION, record)
        for record in runner.context.storage.maintenance.scan(PUBLICATION.name)
    ]
    told = [*(f"{one.title}\n{one.body}" for one in published), *played.stage.app.district.wording.values()]
    return nfc("\n".join(told))


@pytest.fixture(scope="module")
def secrets(played: Played, official: str) -> frozenset[str]:
    """Names, numbers and plates of the residents, names of their files, and every seven words in a row they wrote."""
    lines = load_corpus()
    found = {nfc(line.name) for line in lines if len(line.name) > 5}
    found |= {hit.text for line in lines for hit in find_personal_data(line.text)}
    found |= {run for line in lines for run in runs(line.text)}
    found |= {attachment.name for line in lines for attachment in line.attachments if len(attachment.name) > 5}
    assert len(found) > 2000
    return frozenset(secret for secret in found if secret not in official)


@pytest.fixture(scope="module")
def accounts(played: Played) -> frozenset[str]:
    """The platform's ids of the residents who have an account."""
    names = {line.name for line in load_corpus()}
    known = [json.loads(line) for line in (played.out / _CHAT).read_text(encoding="utf-8").splitlines()]
    return frozenset(one["id"] for one in known if one["what"] == "personcame" and one["name"] in names)


@pytest.fixture(scope="module")
def told(secrets: frozenset[str]) -> Callable[[str], list[str]]:
    """Return which of the secrets a text holds; both as bytes, which is the same and several times as fast."""
    sought = {secret: secret.encode() for secret in secrets}

    def search(text: str) -> list[str]:
        content = text.encode("utf-8", "surrogatepass")
        return sorted(secret for secret, data in sought.items() if data in content)

    return search


def content(path: Path) -> str:
    data = path.read_bytes()
    if path.suffix in {".docx", ".xlsx"}:
        with zipfile.ZipFile(path) as packed:
            data = b"\n".join(packed.read(name) for name in packed.namelist())
    return nfc(data.decode("utf-8", "ignore"))


def files(played: Played) -> list[Path]:
    return [path for path in played.out.rglob("*") if path.is_file() and not path.name.startswith(_CHAT)]


def test_the_secrets_would_be_found(played: Played, told: Callable[[str], list[str]]) -> None:
    """The search itself works: the pretend platform, which knows everything, is full of them."""
    assert len(told(nfc((played.out / _CHAT).read_text(encoding="utf-8")))) > 1000


@pytest.mark.slow
def test_no_file_holds_what_residents_said_or_who_they_are(played: Played, told: Callable[[str], list[str]]) -> None:
    """The database with its log, task sheets, reports and the directory: no name, number, address or sentence."""
    found = {str(path.relative_to(played.out)): told(content(path) + path.name) for path in files(played)}
    assert {"anninh.db", "anninh.db-wal", "danh-ba.html"} <= found.keys()
    assert {name: secrets for name, secrets in found.items() if secrets} == {}


def test_the_journal_speaks_in_codes(played: Played, told: Callable[[str], list[str]]) -> None:
    """Facts and actions are codes, ids and counts: nothing with a space in it, no telephone, no sentence."""
    lines = played.stage.app.internals.context.storage.journal.read(limit=100_000)
    assert len(lines) > 10_000
    assert told(nfc("\n".join(line.content.decode() for line in lines))) == []
    entries = [entry_from(line.content) for line in lines]
    values = {str(value) for entry in entries for value in entry.facts.values()}
    assert [value for value in values if not re.fullmatch(r"[\w.:,/-]*", value, re.ASCII)] == []


def test_no_column_names_an_account(played: Played, accounts: frozenset[str]) -> None:
    """Whatever of the database isn't sealed: columns, queues, counters, public bodies. No platform's id of a person."""
    words = set(re.findall(r"\w+", "\n".join(clear_values(played.out / "anninh.db"))))
    assert len(accounts) > 50
    assert len(words) > 10_000
    assert words & accounts == set()


def clear_values(path: Path) -> Iterator[str]:
    """Yield every value of a database that is text, or bytes that are text."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in database.execute(f'SELECT * FROM "{table}"'):
                yield from (value for value in row if isinstance(value, str))
                yield from (value.decode() for value in row if isinstance(value, bytes) and is_text(value))


def is_text(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def test_logs_say_nothing_of_anybody(played: Played, told: Callable[[str], list[str]]) -> None:
    """With every logger at DEBUG, no record names a resident or repeats a word."""
    assert told(nfc(played.log)) == []


def test_private_files_are_their_owners_alone(played: Played) -> None:
    """Others can read neither the keys, the database and what lies beside it, nor the texts to be posted."""
    private = [path for path in files(played) if path.name.startswith("anninh.") and path.suffix != ".toml"]
    private += [path for path in files(played) if "dang-bai" in path.parts]
    assert len(private) > 100
    assert [path.name for path in private if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_what_is_printed_names_no_reporter(
    played: Played, accounts: frozenset[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lists and cases on the command line show words, as they must, but neither names nor addresses of the reporter."""
    monkeypatch.setenv("ANNINH_AT", str(played.out))
    runner = played.stage.app.internals.runner
    tip = next(
        tip
        for tip in (runner.context.open_record(TIP, r) for r in runner.context.storage.maintenance.scan(TIP.name))
        if tip.conversation
    )
    names = {line.name for line in load_corpus() if len(line.name) > 5 and line.name not in tip.text}
    for command in (["tips", "show", tip.receipt, "--json"], ["tips", "show", tip.receipt], ["failures"]):
        done = CliRunner().invoke(anninh, command)
        assert done.exit_code == 0, done.output
        assert [known for known in names | accounts if known in nfc(done.output)] == []
    assert tip.conversation not in CliRunner().invoke(anninh, ["tips", "show", tip.receipt]).output


def test_a_sealed_body_does_not_open_elsewhere(played: Played) -> None:
    """Two tips whose bodies are swapped, or whose columns are changed, don't open: each is bound to its own."""
    runner = played.stage.app.internals.runner
    one, other = list(runner.context.storage.maintenance.scan(TIP.name))[:2]
    for forged in (evolve(one, body=other.body, scope=other.scope), evolve(one, columns={**one.columns, "state": "x"})):
        with pytest.raises(DecryptionError):
            runner.context.open_record(TIP, forged)
