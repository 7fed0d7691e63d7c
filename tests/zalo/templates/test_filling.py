"""Options become templates whose parameters are filled from a message, or are refused by name."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.zalo.templates.conftest import TEXT, message

from anninh_core.kernel.errors import ConfigurationError
from anninh_zalo.templates.template_config import PLACEHOLDERS, find_config, read_templates


def read(options: Mapping[str, str]) -> Mapping[str, Mapping[str, str]]:
    """Return purpose -> what a message fills its template with."""
    return {name: dict(one.fill(message("1"))) for name, one in read_templates("template", options, "oa").items()}


def test_parameters_are_filled_from_facts() -> None:
    """All placeholders, words around them, and none; what is written twice in braces is a brace."""
    options = {
        "tip.receipt": "305",
        "tip.receipt.code": "{receipt}",
        "tip.receipt.place": "{unit}, {district}",
        "tip.receipt.words": "Tin: {text}",
        "tip.receipt.fixed": "{{113}}",
        "help": "306",
    }

    assert read(options) == {
        "tip.receipt": {
            "code": "7KM2Q-9XA3D",
            "place": "xã Ninh Hòa, huyện Hoa Lư",
            "words": f"Tin: {TEXT}",
            "fixed": "{113}",
        },
        "help": {},
    }


def test_facts_that_a_message_doesnt_have_are_empty() -> None:
    """A message without facts fills with nothing, whoever made it."""
    (found,) = read_templates("template", {"help": "1", "help.code": "{receipt}"}, "oa").values()

    assert found.fill(message("1", receipt="")) == {"code": ""}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"help": "Giúp"}, "option template.help isn't the id of a template"),
        ({"help": ""}, "option template.help isn't the id of a template"),
        ({"help.code": "{receipt}"}, "give template.help first"),
        ({"help": "1", "help.code.more": "{receipt}"}, "give template.help.code first"),
        ({"help": "1", "help.code": "{name}"}, "option template.help.code: nothing fills"),
        ({"help": "1", "help.code": "{}"}, "option template.help.code: nothing fills"),
        ({"help": "1", "help.code": "{receipt:>9}"}, "option template.help.code: nothing fills"),
        ({"help": "1", "help.code": "{receipt!r}"}, "option template.help.code: nothing fills"),
        ({"help": "1", "help.code": "{receipt"}, "option template.help.code: its braces don't pair up"),
    ],
)
def test_what_is_wrong_is_named(options: dict[str, str], words: str) -> None:
    """The messenger, the option, and the way out."""
    with pytest.raises(ConfigurationError, match=r"^messenger 'oa': ") as refused:
        read_templates("template", options, "oa")

    assert words in str(refused.value)


def test_a_purpose_may_be_cut_before_a_dot() -> None:
    """The template of `urge` stands for each `urge.…`, never for what only begins with the same letters."""
    found = read_templates("template", {"urge": "1", "tip.answer": "2"}, "oa")

    assert [find_config(found, purpose) for purpose in ("urge.late", "tip.answer", "tip", "urgent", "")] == [
        *(found["urge"], found["tip.answer"]),
        *(None, None, None),
    ]


PIECES = st.lists(st.sampled_from([*(f"{{{name}}}" for name in PLACEHOLDERS), "{{", "}}", "Mã ", "đ", " "]))


@given(PIECES)
def test_any_words_and_placeholders_are_filled(pieces: list[str]) -> None:
    """Filling is what Python's own formatting makes of it, and the least length is that of the words alone."""
    text = "".join(pieces)
    (found,) = read_templates("template", {"p": "1", "p.x": text}, "oa").values()
    facts = {**message("1").facts, "text": TEXT}

    assert found.fill(message("1"))["x"] == text.format(**facts)
    assert found.min_length("x") == len(text.format(**dict.fromkeys(PLACEHOLDERS, "")))
