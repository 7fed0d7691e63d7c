"""Checks that all texts exist, and that they only name facts that will be filled in."""

from collections.abc import Iterator
from string import Formatter

from anninh_core.kernel.sentences import Sentence
from anninh_core.profile.faults import ProfileFault
from anninh_core.profile.keys import TEMPLATE_FACTS, WORD_KINDS, WORDING
from anninh_core.profile.schema import ProfileSchema
from anninh_core.profile.source import ProfileSource, suggest_remedy


def check_texts(profile: ProfileSchema, source: ProfileSource) -> Iterator[ProfileFault]:
    """Yield a fault for each missing text or list of words in a profile, and for each unknown placeholder."""
    for key in sorted(WORDING.keys() - profile.wording.keys()):
        yield source.build_fault(
            "wording",
            Sentence("the text {key!r} is missing", key=key),
            Sentence("add \"{key}\" = '…' to [wording]", key=key),
        )
    for kind in sorted(WORD_KINDS - profile.words.keys()):
        yield source.build_fault(
            "words",
            Sentence("the list {key!r} is missing", key=kind),
            Sentence('add {key} = ["…"] to [words]', key=kind),
        )
    for key, text in profile.wording.items():
        yield from _check_placeholders(source, f"wording.{key}", text, WORDING.get(key))
    for place, text in _list_frame_texts(profile):
        yield from _check_placeholders(source, place, text, TEMPLATE_FACTS)
    for id, template in profile.templates.items():
        for number, section in enumerate(template.sections, 1):
            # The text also names indicators; whether these exist is checked with the figures.
            yield from _check_placeholders(source, f"templates.{id}.sections.{number}.text", section.text, None)


def _list_frame_texts(profile: ProfileSchema) -> list[tuple[str, str]]:
    texts: list[tuple[str, str]] = []
    for key, value in profile.report_frame:
        lines = value if isinstance(value, list) else [value]
        texts += [(f"report_frame.{key}", line) for line in lines]
    for id, template in profile.templates.items():
        texts += [
            (f"templates.{id}.{key}", getattr(template, key)) for key in ("title", "subject", "symbol", "file_name")
        ]
    return texts


def _check_placeholders(
    source: ProfileSource, place: str, text: str, facts: frozenset[str] | None
) -> Iterator[ProfileFault]:
    """Check the placeholders of a text; if `facts` is None, any plain name in braces is allowed."""
    try:
        parts = [(name, spec, conversion) for _, name, spec, conversion in Formatter().parse(text) if name is not None]
    except ValueError as broken:
        problem = Sentence("the text has unpaired braces ({reason})", reason=broken)
        yield source.build_fault(place, problem, "write {{ and }} for braces in the text")
        return
    for name, spec, conversion in parts:
        if spec or conversion or not name.isidentifier():
            problem = Sentence("the placeholder {{{placeholder}}} isn't a plain name", placeholder=name)
            yield source.build_fault(place, problem, "write only a name between the braces")
        elif facts is not None and name not in facts:
            problem = Sentence("no value fills the placeholder {{{placeholder}}}", placeholder=name)
            yield source.build_fault(
                place, problem, suggest_remedy(name, facts) if facts else "remove it: this text has no placeholders"
            )
