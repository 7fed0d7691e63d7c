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


UNKNOWN = (
    "A placeholder in a template's text is unknown (messenger 'oa': option template.help.code): use only {receipt}, "
)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"help": "Giúp"}, "The option template.help of messenger 'oa' isn't the id of a template"),
        ({"help": ""}, "The option template.help of messenger 'oa' isn't the id of a template"),
        ({"help.code": "{receipt}"}, "if it is a parameter, set the option template.help too"),
        ({"help": "1", "help.code.more": "{receipt}"}, "if it is a parameter, set the option template.help.code too"),
        ({"help": "1", "help.code": "{name}"}, UNKNOWN),
        ({"help": "1", "help.code": "{}"}, UNKNOWN),
        ({"help": "1", "help.code": "{receipt:>9}"}, UNKNOWN),
        ({"help": "1", "help.code": "{receipt!r}"}, UNKNOWN),
        (
            {"help": "1", "help.code": "{receipt"},
            "text don't pair up (messenger 'oa': option template.help.code): write {{ and }}",
        ),
    ],
)
def test_what_is_wrong_is_named(options: dict[str, str], words: str) -> None:
    """The messenger, the option, and the way out."""
    with pytest.raises(ConfigurationError, match="messenger 'oa'") as refused:
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
