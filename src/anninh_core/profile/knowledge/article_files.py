"""Reading and writing of files with articles of a knowledge base: shipped ones, and those that an authority writes or
exports.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from anninh_core.domain.inquiries.knowledge.article import Article, ArticleDraft, Edition, LegalSource
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import make_visible, nfc
from anninh_core.kernel.toml import parse_toml


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _SourceInFile(_Strict):
    name: str = Field(min_length=1)
    number: str = ""
    issued_on: date | None = None
    url: str = ""


class _ArticleInFile(_Strict):
    key: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: str = Field(min_length=1)
    text: str = Field(min_length=1)
    sources: list[_SourceInFile] = Field(min_length=1)
    since: date
    until: date | None = None
    phrases: list[str] = []
    category: str = ""
    area: str = ""
    checked_on: date | None = None
    confidence: str = ""


class _KnowledgeFile(_Strict):
    articles: list[_ArticleInFile] = Field(min_length=1)
    reminder: str = ""


def read_articles(path: Path) -> tuple[ArticleDraft, ...]:
    """Return the articles of a TOML file, or of a `.json` file of the same shape.

    A `reminder` at the top of the file becomes the last line of each text.

    Raises:
        BadInput: the file can't be read or isn't valid; the message names the place.
    """
    try:
        return _parse_drafts(str(path), path.suffix == ".json", path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as wrong:
        raise BadInput(
            "{path} can't be read ({reason}): name a TOML or JSON file in UTF-8.", path=path, reason=wrong
        ) from None


def read_shipped_articles() -> tuple[ArticleDraft, ...]:
    """Return the articles of all files that come with the library."""
    shipped = (file for file in files(__package__).iterdir() if file.name.endswith(".toml"))
    ordered = sorted(shipped, key=lambda file: file.name)
    return tuple(
        draft for file in ordered for draft in _parse_drafts(file.name, False, file.read_text(encoding="utf-8"))
    )


def format_articles(articles: Iterable[Article]) -> str:
    """Return articles, each in its newest edition, as a JSON file that can be read again.

    An article that never came from a file gets its id as key.
    """
    entries = [_to_file_entry(article) for article in articles]
    return json.dumps({"articles": entries}, ensure_ascii=False, indent=2) + "\n"


def _parse_drafts(label: str, is_json: bool, text: str) -> tuple[ArticleDraft, ...]:
    try:
        file = _KnowledgeFile.model_validate(_parse_json(text) if is_json else parse_toml(text))
    except ValidationError as wrong:
        raise BadInput(
            "{file} isn't valid at {place} ({reason}): compare it with a file that `anninh kb export` writes.",
            file=label,
            reason=make_visible(wrong.errors()[0]["msg"]),
            place=make_visible(".".join(map(str, wrong.errors()[0]["loc"]))) or label,
        ) from None
    except ValueError as wrong:  # This handler comes after that for ValidationError, which is a ValueError too.
        kind = "JSON" if is_json else "TOML"
        raise BadInput(
            "{file} isn't valid {format} ({reason}): correct it at that place.", file=label, format=kind, reason=wrong
        ) from None
    keys = [article.key for article in file.articles]
    if twice := next((key for key in keys if keys.count(key) > 1), ""):
        raise BadInput(
            "{file} has two articles with the key {key!r}: give one of them another key.", file=label, key=twice
        )
    return tuple(_build_draft(article, file.reminder) for article in file.articles)


def _parse_json(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _build_draft(article: _ArticleInFile, reminder: str) -> ArticleDraft:
    text = "\n".join(filter(None, (article.text.strip(), reminder.strip())))
    rules = tuple(LegalSource(**dict(source)) for source in article.sources)
    edition = Edition(
        number=1,
        text=nfc(text),
        source=nfc("; ".join(rule.format_for_residents() for rule in rules)),
        since=article.since,
        by="",
        until=article.until,
        rules=rules,
        checked_on=article.checked_on,
        confidence=article.confidence,
    )
    return ArticleDraft(
        key=article.key,
        title=nfc(article.title),
        edition=edition,
        phrases=tuple(map(nfc, article.phrases)),
        category=article.category,
        area=article.area,
    )


def _to_file_entry(article: Article) -> dict[str, Any]:
    edition = article.editions[-1]
    rules: Sequence[LegalSource] = edition.rules or (LegalSource(name=edition.source),)
    entry = _ArticleInFile(
        key=article.key or article.id,
        title=article.title,
        text=edition.text,
        sources=[
            _SourceInFile(name=rule.name, number=rule.number, issued_on=rule.issued_on, url=rule.url) for rule in rules
        ],
        since=edition.since,
        until=edition.until,
        phrases=list(article.phrases),
        category=article.category,
        area=article.area,
        checked_on=edition.checked_on,
        confidence=edition.confidence,
    )
    return entry.model_dump(mode="json", exclude_defaults=True)
