"""After the whole demo, unencrypted data reveals neither the identity nor the words of residents."""

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
from tests.conftest import PlayedDemo

from anninh_core.cli.root import anninh
from anninh_core.demo.corpus import load_corpus
from anninh_core.domain.content.kind import PUBLICATION
from anninh_core.domain.tips.kind import TIP
from anninh_core.kernel.errors import DecryptionError
from anninh_core.kernel.redact import find_personal_data
from anninh_core.kernel.text import nfc
from anninh_core.ports.storages.changes import entry_from

pytestmark = pytest.mark.xdist_group("demo")

_RUN = 7  # No two people write this many consecutive words by chance.
_CHAT = "chat.jsonl"  # This is the file of the mock platform, which belongs to no office.


def iter_word_runs(text: str) -> Iterator[str]:
    words = nfc(text).split()
    for start in range(max(1, len(words) - _RUN + 1)):
        run = " ".join(words[start : start + _RUN])
        if len(run) >= 12:
            yield run


@pytest.fixture(scope="module")
def official_texts(played: PlayedDemo) -> str:
    """All texts that officials published, together with the profile's wording, since residents may have used these
    words too.
    """
    runner = played.stage.app.internals.runner
    published = [
        runner.context.open_record(PUBLICATION, record)
        for record in runner.context.storage.maintenance.scan(PUBLICATION.name)
    ]
    texts = [
        *(f"{publication.title}\n{publication.body}" for publication in published),
        *played.stage.app.district.wording.values(),
    ]
    return nfc("\n".join(texts))


@pytest.fixture(scope="module")
def secrets(played: PlayedDemo, official_texts: str) -> frozenset[str]:
    """The names, numbers and plates of residents, the names of their files, and every seven consecutive words they
    wrote.
    """
    lines = load_corpus()
    candidates = {nfc(line.name) for line in lines if len(line.name) > 5}
    candidates |= {hit.text for line in lines for hit in find_personal_data(line.text)}
    candidates |= {run for line in lines for run in iter_word_runs(line.text)}
    candidates |= {attachment.name for line in lines for attachment in line.attachments if len(attachment.name) > 5}
    assert len(candidates) > 2000
    return frozenset(secret for secret in candidates if secret not in official_texts)


@pytest.fixture(scope="module")
def accounts(played: PlayedDemo) -> frozenset[str]:
    """The platform's ids of the residents who have an account."""
    names = {line.name for line in load_corpus()}
    events = [json.loads(line) for line in (played.out / _CHAT).read_text(encoding="utf-8").splitlines()]
    return frozenset(event["id"] for event in events if event["what"] == "personcame" and event["name"] in names)


@pytest.fixture(scope="module")
def find_secrets(secrets: frozenset[str]) -> Callable[[str], list[str]]:
    """Return a function that finds the secrets in a text; it compares bytes, which is several times as fast with the
    same result.
    """
    sought = {secret: secret.encode() for secret in secrets}

    def search_text(text: str) -> list[str]:
        content = text.encode("utf-8", "surrogatepass")
        return sorted(secret for secret, data in sought.items() if data in content)

    return search_text


def content(path: Path) -> str:
    data = path.read_bytes()
    if path.suffix in {".docx", ".xlsx"}:
        with zipfile.ZipFile(path) as packed:
            data = b"\n".join(packed.read(name) for name in packed.namelist())
    return nfc(data.decode("utf-8", "ignore"))


def list_office_files(played: PlayedDemo) -> list[Path]:
    return [path for path in played.out.rglob("*") if path.is_file() and not path.name.startswith(_CHAT)]


def test_search_finds_secrets(played: PlayedDemo, find_secrets: Callable[[str], list[str]]) -> None:
    """The search finds over a thousand secrets in the mock platform's own file, which contains all of them."""
    assert len(find_secrets(nfc((played.out / _CHAT).read_text(encoding="utf-8")))) > 1000


@pytest.mark.slow
def test_no_file_reveals_residents(played: PlayedDemo, find_secrets: Callable[[str], list[str]]) -> None:
    """No file of the office, such as database, log, task sheets, reports or directory, contains a resident's name,
    number, address or sentence in clear.
    """
    by_file = {
        str(path.relative_to(played.out)): find_secrets(content(path) + path.name) for path in list_office_files(played)
    }
    assert {"anninh.db", "anninh.db-wal", "danh-ba.html"} <= by_file.keys()
    assert {name: secrets for name, secrets in by_file.items() if secrets} == {}


def test_journal_has_only_codes(played: PlayedDemo, find_secrets: Callable[[str], list[str]]) -> None:
    """Facts and actions in the journal are codes, ids and counts, without spaces, telephone numbers or sentences."""
    lines = played.stage.app.internals.context.storage.journal.read(limit=100_000)
    assert len(lines) > 10_000
    assert find_secrets(nfc("\n".join(line.content.decode() for line in lines))) == []
    entries = [entry_from(line.content) for line in lines]
    values = {str(value) for entry in entries for value in entry.facts.values()}
    assert [value for value in values if not re.fullmatch(r"[\w.:,/-]*", value, re.ASCII)] == []


def test_no_clear_value_is_an_account(played: PlayedDemo, accounts: frozenset[str]) -> None:
    """No unencrypted value in the database, in columns, queues, counters or public bodies, is a platform's id of a
    person.
    """
    words = set(re.findall(r"\w+", "\n".join(iter_clear_values(played.out / "anninh.db"))))
    assert len(accounts) > 50
    assert len(words) > 10_000
    assert words & accounts == set()


def iter_clear_values(path: Path) -> Iterator[str]:
    """Yield every unencrypted value of a database that is text, or bytes that are text."""
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


def test_logs_name_no_resident(played: PlayedDemo, find_secrets: Callable[[str], list[str]]) -> None:
    """With every logger at DEBUG, no log record names a resident or repeats their words."""
    assert find_secrets(nfc(played.log)) == []


def test_private_files_are_unreadable_for_others(played: PlayedDemo) -> None:
    """Other users of the machine can read neither the keys, nor the database and its log, nor the texts that wait to be
    posted.
    """
    private = [path for path in list_office_files(played) if path.name.startswith("anninh.") and path.suffix != ".toml"]
    private += [path for path in list_office_files(played) if "dang-bai" in path.parts]
    assert len(private) > 100
    assert [path.name for path in private if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_commands_show_no_reporter(
    played: PlayedDemo, accounts: frozenset[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lists and cases on the command line show the text, but neither name nor address of the reporter."""
    monkeypatch.setenv("ANNINH_AT", str(played.out))
    runner = played.stage.app.internals.runner
    tip = next(
        tip
        for tip in (runner.context.open_record(TIP, r) for r in runner.context.storage.maintenance.scan(TIP.name))
        if tip.conversation
    )
    names = {line.name for line in load_corpus() if len(line.name) > 5 and line.name not in tip.text}
    for command in (["tips", "show", tip.receipt, "--json"], ["tips", "show", tip.receipt], ["failures"]):
        result = CliRunner().invoke(anninh, command)
        assert result.exit_code == 0, result.output
        assert [secret for secret in names | accounts if secret in nfc(result.output)] == []
    assert tip.conversation not in CliRunner().invoke(anninh, ["tips", "show", tip.receipt]).output


def test_swapped_body_does_not_decrypt(played: PlayedDemo) -> None:
    """A tip with another tip's body or with changed columns doesn't decrypt."""
    runner = played.stage.app.internals.runner
    first, other = list(runner.context.storage.maintenance.scan(TIP.name))[:2]
    for forged in (
        evolve(first, body=other.body, scope=other.scope),
        evolve(first, columns={**first.columns, "state": "x"}),
    ):
        with pytest.raises(DecryptionError):
            runner.context.open_record(TIP, forged)
