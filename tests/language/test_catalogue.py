"""The catalogue of officers' words: complete, and true to what it translates."""

import re
from gettext import GNUTranslations
from importlib.metadata import version
from pathlib import Path
from string import Formatter

import click
import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from tests.language.catalogue import CLICK, CLICK_PLURALS, CLICK_VERSION, compiled, po_file, stored, wanted

from anninh_core.language.catalogue import LANGUAGES, Language

MESSAGES = [message for message in stored() if message.id]


def ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def places(text: str) -> set[str]:
    """What stands in braces, and what is to be typed as it is."""
    fields = {f"{name}!{conversion}" for _, name, _, conversion in Formatter().parse(text) if name is not None}
    return fields | set(re.findall(r"--[a-z-]+|\$[A-Z_]+|`[a-z_][a-z_ -]*`", text))


def test_the_catalogue_has_what_the_code_says() -> None:
    """Nothing is missing and nothing left over; `python -m tests.language.catalogue` brings it up to date."""
    assert {(one.context, one.id) for one in MESSAGES} == {(one.context, one.id) for one in wanted() if one.id}


def test_every_message_is_translated() -> None:
    """None is empty or fuzzy."""
    assert [one.id for one in MESSAGES if one.fuzzy or not all(strings(one))] == []


def test_translations_name_the_same_places() -> None:
    """What is filled in, options, variables and commands stand in both."""
    wrong = [one.id for one in MESSAGES if places(strings(one)[-1]) != places(ids(one)[-1])]
    assert wrong == []


def test_the_compiled_catalogue_says_the_same() -> None:
    """The program reads the `.mo`: it is the `.po` of today."""
    with po_file("vi").with_suffix(".mo").open("rb") as file:
        compiled = GNUTranslations(file)
    for one in MESSAGES:
        first = ids(one)[0]
        if len(ids(one)) > 1:
            said = compiled.ngettext(first, ids(one)[1], 2)
        else:
            said = compiled.pgettext(one.context, first) if one.context else compiled.gettext(first)
        assert said == strings(one)[-1]


@pytest.mark.skipif(version("click") != CLICK_VERSION, reason="translated are the words of the click that is locked")
def test_click_says_what_is_translated() -> None:
    """A message that click has no more is dead."""
    said = {message for *_, message, _, _ in extract_from_dir(str(Path(click.__file__).parent))}
    assert [one for one in (*CLICK, *CLICK_PLURALS) if one not in said] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_is_in_the_package(language: Language) -> None:
    """Both files are shipped: people can read what a program says."""
    file = po_file(language)
    assert (file.is_file(), file.with_suffix(".mo").is_file()) == (True, True)


def test_english_labels_only_what_exists() -> None:
    """The English catalogue has names alone, each once among those of today, and none without a label."""
    names = {(message.context, message.id) for message in wanted() if message.context}
    english = [message for message in stored("en") if message.id]
    assert [message.id for message in english if (message.context, message.id) not in names or not message.string] == []


def test_compiled_english_is_up_to_date() -> None:
    """The program reads the `.mo`: it is the `.po` of today."""
    assert po_file("en").with_suffix(".mo").read_bytes() == compiled(stored("en"))
