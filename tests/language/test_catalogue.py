"""The catalogue of texts for officers is complete and agrees with its originals."""

import re
from gettext import GNUTranslations
from importlib.metadata import version
from pathlib import Path
from string import Formatter

import click
import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from tests.language.catalogue import (
    CLICK,
    CLICK_PLURALS,
    CLICK_VERSION,
    build_catalogue,
    compile_catalogue,
    find_po_file,
    read_catalogue,
)

from anninh_core.language.catalogue import LANGUAGES, Language

MESSAGES = [message for message in read_catalogue() if message.id]


def list_message_ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def list_translations(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def find_placeholders(text: str) -> set[str]:
    """Return the placeholders, options, variables and commands that a text contains."""
    fields = {f"{name}!{conversion}" for _, name, _, conversion in Formatter().parse(text) if name is not None}
    return fields | set(re.findall(r"--[a-z-]+|\$[A-Z_]+|`[a-z_][a-z_ -]*`", text))


def test_catalogue_has_exactly_the_code_messages() -> None:
    """The catalogue has exactly the messages of the code; `python -m tests.language.catalogue` updates it."""
    assert {(message.context, message.id) for message in MESSAGES} == {
        (message.context, message.id) for message in build_catalogue() if message.id
    }


def test_every_message_is_translated() -> None:
    """Every message has a translation that isn't fuzzy."""
    assert [message.id for message in MESSAGES if message.fuzzy or not all(list_translations(message))] == []


def test_translations_keep_placeholders() -> None:
    """A translation has the same placeholders, options, variables and commands as its original."""
    different = [
        message.id
        for message in MESSAGES
        if find_placeholders(list_translations(message)[-1]) != find_placeholders(list_message_ids(message)[-1])
    ]
    assert different == []


def test_compiled_catalogue_is_up_to_date() -> None:
    """The `.mo`, which the program reads, has the translations of the `.po`."""
    with find_po_file("vi").with_suffix(".mo").open("rb") as file:
        translations = GNUTranslations(file)
    for message in MESSAGES:
        first = list_message_ids(message)[0]
        if len(list_message_ids(message)) > 1:
            translation = translations.ngettext(first, list_message_ids(message)[1], 2)
        else:
            translation = (
                translations.pgettext(message.context, first) if message.context else translations.gettext(first)
            )
        assert translation == list_translations(message)[-1]


@pytest.mark.skipif(version("click") != CLICK_VERSION, reason="translated are the words of the click that is locked")
def test_translated_click_messages_exist() -> None:
    """Every translated message of click exists in the locked version of click."""
    extracted = {text for *_, text, _, _ in extract_from_dir(str(Path(click.__file__).parent))}
    assert [message for message in (*CLICK, *CLICK_PLURALS) if message not in extracted] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_is_in_the_package(language: Language) -> None:
    """The package contains the `.po` files and the `.mo` files, so that people can read the program's texts."""
    file = find_po_file(language)
    assert (file.is_file(), file.with_suffix(".mo").is_file()) == (True, True)


def test_english_labels_only_what_exists() -> None:
    """The English catalogue has only current names, each with a label."""
    names = {(message.context, message.id) for message in build_catalogue() if message.context}
    english = [message for message in read_catalogue("en") if message.id]
    assert [message.id for message in english if (message.context, message.id) not in names or not message.string] == []


def test_compiled_english_is_up_to_date() -> None:
    """The `.mo`, which the program reads, is compiled from the current `.po`."""
    assert find_po_file("en").with_suffix(".mo").read_bytes() == compile_catalogue(read_catalogue("en"))
