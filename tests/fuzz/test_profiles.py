"""Mutated profiles, settings, routing rules and knowledge articles are accepted or refused with the file's name."""

from collections.abc import Callable, Mapping
from functools import partial
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.fuzz.mutating import mutate_bytes, mutate_value, mutate_words
from tests.fuzz.refusals import catch_refusal
from tests.fuzz.seeds import fuzzed

from anninh_core.app.settings import FILE_NAME, load_settings
from anninh_core.kernel.errors import BadInput, BadProfile, ConfigurationError
from anninh_core.profile import load_profile
from anninh_core.profile.build import build_district
from anninh_core.profile.knowledge.article_files import read_articles
from anninh_core.profile.loader import read_profile
from anninh_core.profile.routing_file import load_routing
from anninh_core.profile.source import ProfileSource
from anninh_core.testing.apps import SHIPPED, shipped_district

pytestmark = pytest.mark.slow

SETTINGS = """
profile = "hoa_lu_2021"
storage = "sqlite:///anninh.db"
plugins = ["embedded", "mock"]
[door]
connections = 16
[messengers.oa]
type = "mock"
options = { secret = "geheim" }
"""
ROUTING = """
[[routing]]
id = "gate"
to = "cong-an"
reason = "Điều 145"
categories = ["crime"]
words = ["mất trộm"]
[[routing]]
id = "rest"
to = "own"
reason = "Điều 145"
"""
NASTY_TOML: Mapping[str, bytes] = {
    "lists in lists": b"a = " + b"[" * 5_000,
    "tables in tables": b"a = " + b"{a = " * 3_000,
    "a number of 5000 digits": b"a = " + b"9" * 5_000,
    "no UTF-8": b'a = "\xed\xa0\x80"',
    "a NUL": b'a = "\0"',
    "a key twice": b"a = 1\na = 2",
    "no such day": b"a = 2021-02-30",
    "a name too long": b'extends = "' + b"x" * 5_000 + b'"',
    "a name with a NUL": b'extends = "a\\u0000b"',
    "itself": b'extends = "spoilt.toml"',
    "nothing": b"",
}


@pytest.fixture(scope="module")
def source() -> ProfileSource:
    """Return the data of the shipped profile."""
    return read_profile(SHIPPED)


@fuzzed(60)
def test_altered_profile_values_are_refused_by_file(source: ProfileSource, seed: int) -> None:
    """A profile with mutated values gives a valid district, or is refused with the file's name."""
    random = Random(seed)
    data = dict(source.data)
    for _ in range(random.choice((1, 1, 2))):
        key = random.choice(list(data))
        change: Callable[[Random, Any], Any] = random.choice((mutate_words, mutate_value, mutate_value, mutate_value))
        data[key] = change(random, data[key])
    sentence = catch_refusal(partial(build_district, ProfileSource("p", data, source.files)), BadProfile)
    assert not sentence or sentence.split(": ")[0].endswith(".toml"), sentence


@pytest.mark.parametrize("depth", [40, 1_000])
def test_overly_deep_units_are_refused(source: ProfileSource, depth: int) -> None:
    """Units nested more than 31 levels deep are refused with an error that shows where in the file they are."""
    root = source.data["district"]["root"]
    units = source.data["units"]
    below = {**units["cong-an"]}
    chain = {f"x{n}": below | {"parent": f"x{n - 1}" if n else root} for n in range(depth)}
    data = {**source.data, "units": {**units, **chain}}
    with pytest.raises(BadProfile, match=r"units\.toml: units\.x\d+\.parent: it has more than 31 units above it"):
        build_district(ProfileSource("p", data, source.files))


@fuzzed(25)
def test_altered_profile_file_is_refused(tmp_path: Path, seed: int) -> None:
    """A profile's file with mutated bytes is refused with its name."""
    random = Random(seed)
    shipped = files("anninh_core.profile") / "data" / SHIPPED
    names = sorted(entry.name for entry in shipped.iterdir() if entry.name.endswith(".toml"))
    name = random.choice(names)
    path = tmp_path / name
    path.write_bytes(mutate_bytes(random, (shipped / name).read_bytes()))
    sentence = catch_refusal(partial(load_profile, path), BadProfile)
    assert str(path) in sentence  # The mutated file is only one file of a profile, so it never loads alone.


@pytest.mark.parametrize("content", list(NASTY_TOML.values()), ids=list(NASTY_TOML))
def test_hostile_toml_is_refused_by_file(tmp_path: Path, content: bytes) -> None:
    """Every reader of TOML files refuses hostile content with the file's name."""
    path = tmp_path / "spoilt.toml"
    settings = tmp_path / FILE_NAME
    path.write_bytes(content)
    settings.write_bytes(content)
    district = shipped_district()
    assert str(tmp_path) in catch_refusal(partial(load_profile, path), BadProfile)
    assert str(path) in catch_refusal(partial(load_routing, path, district), BadProfile)
    assert str(path) in catch_refusal(partial(read_articles, path), BadInput)
    assert str(settings) in catch_refusal(partial(load_settings, tmp_path), ConfigurationError) or not content


@pytest.mark.parametrize(
    "content",
    [b"[" * 200_000, b'{"articles": ' + b"9" * 5_000, b'"\xff"', b"", b"NaN", b"[]"],
    ids=["lists in lists", "digits", "no UTF-8", "nothing", "no number", "a list"],
)
def test_hostile_json_is_refused_by_file(tmp_path: Path, content: bytes) -> None:
    """Hostile JSON in knowledge articles is refused with the file's name."""
    path = tmp_path / "articles.json"
    path.write_bytes(content)
    assert str(path) in catch_refusal(partial(read_articles, path), BadInput)


def test_original_settings_and_rules_are_accepted(tmp_path: Path) -> None:
    """The unchanged settings and routing rules are accepted."""
    (tmp_path / FILE_NAME).write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "routing.toml").write_text(ROUTING, encoding="utf-8")
    assert load_settings(tmp_path).profile == SHIPPED
    assert len(load_routing(tmp_path / "routing.toml", shipped_district())) == 2


@fuzzed(60)
def test_altered_settings_are_refused_by_file(tmp_path: Path, seed: int) -> None:
    """Settings with mutated bytes are accepted, or refused with the file's name."""
    path = tmp_path / FILE_NAME
    path.write_bytes(mutate_bytes(Random(seed), SETTINGS.encode()))
    sentence = catch_refusal(partial(load_settings, tmp_path), ConfigurationError)
    assert not sentence or str(path) in sentence


@fuzzed(60)
def test_altered_routing_rules_are_refused(tmp_path: Path, seed: int) -> None:
    """Routing rules with mutated bytes are accepted, or refused with the file's name."""
    path = tmp_path / "routing.toml"
    path.write_bytes(mutate_bytes(Random(seed), ROUTING.encode()))
    sentence = catch_refusal(partial(load_routing, path, shipped_district()), BadProfile)
    assert not sentence or str(path) in sentence


@fuzzed(40)
def test_altered_articles_are_refused(tmp_path: Path, seed: int) -> None:
    """Knowledge articles with mutated bytes are accepted, or refused with the file's name."""
    random = Random(seed)
    folder = files("anninh_core.profile.knowledge")
    shipped = random.choice(sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml")))
    path = tmp_path / "articles.toml"
    path.write_bytes(mutate_bytes(random, (folder / shipped).read_bytes()[:4_000]))
    sentence = catch_refusal(partial(read_articles, path), BadInput)
    assert not sentence or str(path) in sentence
