"""Options become templates whose parameters are filled from a message; wrong options are refused by name."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.zalo.templates.conftest import TEXT, build_message

from anninh_core.kernel.errors import ConfigurationError
from anninh_zalo.templates.template_config import PLACEHOLDERS, find_config, read_templates


def read_options(options: Mapping[str, str]) -> Mapping[str, Mapping[str, str]]:
    """Read the options, and return purpose -> values with which a message of the purpose fills its template."""
    return {
        name: dict(config.fill_fields(build_message("1")))
        for name, config in read_templates("template", options, "oa").items()
    }


def test_placeholders_are_filled_from_facts() -> None:
    """The text of a parameter may have several placeholders, with text around them, or none; a doubled brace gives a
    brace.
    """
    options = {
        "tip.receipt": "305",
        "tip.receipt.code": "{receipt}",
        "tip.receipt.place": "{unit}, {district}",
        "tip.receipt.words": "Tin: {text}",
        "tip.receipt.fixed": "{{113}}",
        "help": "306",
    }

    assert read_options(options) == {
        "tip.receipt": {
            "code": "7KM2Q-9XA3D",
            "place": "xã Ninh Hòa, huyện Hoa Lư",
            "words": f"Tin: {TEXT}",
            "fixed": "{113}",
        },
        "help": {},
    }


def test_missing_facts_are_empty() -> None:
    """A placeholder for a fact that the message lacks is filled with an empty text."""
    (config,) = read_templates("template", {"help": "1", "help.code": "{receipt}"}, "oa").values()

    assert config.fill_fields(build_message("1", receipt="")) == {"code": ""}


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
def test_wrong_template_option_is_named(options: dict[str, str], words: str) -> None:
    """A wrong template option is refused with the messenger, the option and a remedy."""
    with pytest.raises(ConfigurationError, match="messenger 'oa'") as refused:
        read_templates("template", options, "oa")

    assert words in str(refused.value)


def test_template_covers_dotted_subpurposes() -> None:
    """The template of `urge` is used for each `urge.…`, and not for other purposes with the same first letters."""
    configs = read_templates("template", {"urge": "1", "tip.answer": "2"}, "oa")

    assert [find_config(configs, purpose) for purpose in ("urge.late", "tip.answer", "tip", "urgent", "")] == [
        *(configs["urge"], configs["tip.answer"]),
        *(None, None, None),
    ]


PIECES = st.lists(st.sampled_from([*(f"{{{name}}}" for name in PLACEHOLDERS), "{{", "}}", "Mã ", "đ", " "]))


@given(PIECES)
def test_filling_equals_python_formatting(pieces: list[str]) -> None:
    """Filling a template equals Python's formatting, and the least length of a parameter is that of its text without
    placeholders.
    """
    text = "".join(pieces)
    (config,) = read_templates("template", {"p": "1", "p.x": text}, "oa").values()
    facts = {**build_message("1").facts, "text": TEXT}

    assert config.fill_fields(build_message("1"))["x"] == text.format(**facts)
    assert config.compute_min_length("x") == len(text.format(**dict.fromkeys(PLACEHOLDERS, "")))
