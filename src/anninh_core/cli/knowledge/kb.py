"""`anninh kb`: articles of the knowledge base as files, articles written here, and articles that need a check."""

from gettext import gettext as _
from pathlib import Path

import click

from anninh_core.app import App
from anninh_core.cli.derived.making import OwnWords
from anninh_core.cli.derived.noun_group import NounGroup
from anninh_core.cli.folder import as_officer
from anninh_core.cli.frame.declaration import Done
from anninh_core.cli.options import FILE
from anninh_core.cli.output import TextTable, echo, echo_facts, echo_json, format_day, make_printable
from anninh_core.cli.results import output_json_facts, output_rows, output_sentence, with_json_option
from anninh_core.domain.inquiries.knowledge.article import Article, Edition
from anninh_core.kernel.errors import NotFound
from anninh_core.kernel.files import write_atomically
from anninh_core.language.catalogue import marked
from anninh_core.profile.knowledge import read_shipped_articles
from anninh_core.profile.knowledge.article_files import format_articles, read_articles
from anninh_core.usecase.actor import Actor

_REASONS = {
    "run_out": marked("its last day is over"),
    "never_checked": marked("not compared with the rules in force"),
    "checked_long_ago": marked("it was compared long ago"),
}

kb = NounGroup(
    "inquiries.articles",
    help=marked("Look after the articles that questions are answered from."),
    own={
        "inquiries.articles.write": OwnWords(
            shows=Done(sentence=marked("{title} is in use ({id}): anninh inquiries answer QUESTION --article {id}")),
            options={"phrases": "asked-as"},
        )
    },
)


@kb.command("import")
@click.argument("file", required=False, type=FILE)
@click.option("--bundled", is_flag=True, help="Take in the articles that come with the library instead of a file.")
@click.option("--unit", default="", metavar="UNIT", help="Who looks after them; the whole district where left out.")
@with_json_option
@as_officer
def import_(app: App, me: Actor, *, file: Path | None, bundled: bool, unit: str) -> None:
    """Import the articles of FILE, TOML or JSON.

    New ones are written, changed ones get a new edition, unchanged ones stay as they are.
    """
    if (file is None) is not bundled:
        raise click.UsageError(_("name a file, or give --bundled"))
    drafts = read_shipped_articles() if file is None else read_articles(file)
    result = app.inquiries.articles.load(me, unit or app.district.root, drafts)
    words = _("{written} written, {revised} revised, {unchanged} unchanged")
    output_sentence(words, written=len(result.written), revised=len(result.revised), unchanged=len(result.unchanged))
    unchecked = [draft.key for draft in drafts if draft.edition.checked_on is None]
    output_json_facts(kept=result.kept, unchecked=unchecked)
    if result.kept:
        words = _("kept as they are here, retired or revised later: {articles}")
        output_sentence(words.format(articles=", ".join(result.kept)), err=True)
    if unchecked:
        words = _("{count} were never compared with the rules in force; see `anninh kb check`")
        output_sentence(words.format(count=len(unchecked)), err=True)


@kb.command()
@click.argument("file", type=FILE)
@with_json_option
@as_officer
def export(app: App, me: Actor, *, file: Path) -> None:
    """Write the articles in use into FILE, as JSON that can be imported again."""
    articles = app.inquiries.articles.list(me)
    if not articles:
        raise NotFound(
            "No article is in use: write one with {act:inquiries.articles.write}, or import some with "
            "{act:inquiries.articles.load}."
        )
    write_atomically(file, format_articles(articles).encode())
    output_sentence(_("{file}: {articles} articles"), file=file, articles=len(articles))


@kb.command("list")
@click.option("--category", default="", metavar="CATEGORY", help="Only those of this category.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@as_officer
def list_(app: App, me: Actor, *, category: str, as_json: bool) -> None:
    """List the articles in use."""
    articles = app.inquiries.articles.list(me, category=category)
    if as_json:
        echo_json([_build_article_data(article) for article in articles])
        return
    rows = [
        (_name_article(article), article.category, article.unit, _describe_check(article), article.title)
        for article in articles
    ]
    headings = (_("article"), _("category"), _("unit"), _("checked"), _("title"))
    shrinks = headings[1:3]
    TextTable(headings=headings, rows=rows, shrinks=shrinks, cut=True, empty=_("No article is in use.")).echo()


@kb.command()
@click.argument("article")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@as_officer
def show(app: App, me: Actor, *, article: str, as_json: bool) -> None:
    """Show an ARTICLE, named by its key or id, with its sources."""
    record = app.inquiries.articles.get(me, article)
    if as_json:
        echo_json(_build_article_data(record))
        return
    edition = record.editions[-1]
    sources = edition.rules or ()
    echo_facts(
        [
            (_("article"), _name_article(record)),
            (_("title"), record.title),
            (_("looked after by"), record.unit),
            (_("holds in"), record.area or _("every unit")),
            (_("edition"), _describe_edition(edition)),
            (_("checked"), _describe_check(record)),
            (_("confidence"), edition.confidence),
            (_("retired"), format_day(record.retired_on)),
            *(
                (_("source"), _join_source_parts(rule.format_for_residents(), format_day(rule.issued_on), rule.url))
                for rule in sources
            ),
            *(() if sources else ((_("source"), edition.source),)),
            *((_("asked as"), phrase) for phrase in record.phrases),
        ]
    )
    echo(f"\n{make_printable(edition.text)}")


@kb.command()
@click.option("--days", default=180, type=click.IntRange(1), show_default=True, help="For how long a check is good.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@as_officer
def check(app: App, me: Actor, *, days: int, as_json: bool) -> None:
    """List the articles that need a check: run out, never compared with the rules in force, or not for DAYS.

    The exit code is 1 if there is one. `anninh kb confirm` notes that an article was compared.
    """
    stale = app.inquiries.articles.list_stale(me, days=days)
    if as_json:
        echo_json([_build_article_data(entry.article) | {"why": entry.why} for entry in stale])
    else:
        rows = [(_name_article(entry.article), _(_REASONS[entry.why]), entry.article.title) for entry in stale]
        headings = (_("article"), _("why"), _("title"))
        empty = _("Every article is up to date.")
        TextTable(headings=headings, rows=rows, shrinks=headings[1:2], cut=True, empty=empty).echo()
    click.get_current_context().exit(1 if stale else 0)


@kb.command()
@click.argument("article")
@with_json_option
@as_officer
def confirm(app: App, me: Actor, *, article: str) -> None:
    """Note that an ARTICLE was compared with the rules in force today, and is right."""
    confirmed = app.inquiries.articles.confirm(me, app.inquiries.articles.get(me, article).id)
    words = _("{article}: checked on {checked_on}")
    output_sentence(
        words, article=_name_article(confirmed), checked_on=confirmed.editions[-1].checked_on, id=confirmed.id
    )


@kb.command()
@click.option("--unit", default="", metavar="UNIT", help="Questions of this unit and all below it.")
@click.option("--days", default=90, type=click.IntRange(1), show_default=True, help="How far back.")
@with_json_option
@as_officer
def proposals(app: App, me: Actor, *, unit: str, days: int) -> None:
    """List questions that were asked more than once and that no article answers."""
    rows = [
        {
            "asked": len(proposal.questions),
            "words": " ".join(proposal.words),
            "newest": proposal.questions[0].question,
            "questions": [question.id for question in proposal.questions],
        }
        for proposal in app.inquiries.articles.propose(me, unit=unit, days=days)
    ]
    headings = {"asked": _("times"), "words": _("words"), "newest": _("newest question")}
    output_rows(rows, headings, cut=True, shrinks=("words",), empty=_("Nothing was asked twice without an article."))


def _describe_check(article: Article) -> str:
    return format_day(article.editions[-1].checked_on) or _("never")


def _describe_edition(edition: Edition) -> str:
    words = _("{number}, since {since} until {until}") if edition.until else _("{number}, since {since}")
    return words.format(number=edition.number, since=format_day(edition.since), until=format_day(edition.until))


def _name_article(article: Article) -> str:
    return article.key or article.id


def _join_source_parts(*parts: str) -> str:
    return ", ".join(filter(None, parts))


def _build_article_data(article: Article) -> dict[str, object]:
    edition = article.editions[-1]
    return {
        "id": article.id,
        "key": article.key,
        "title": article.title,
        "unit": article.unit,
        "category": article.category,
        "area": article.area,
        "phrases": list(article.phrases),
        "edition": edition.number,
        "since": str(edition.since),
        "until": str(edition.until) if edition.until else None,
        "checked_on": str(edition.checked_on) if edition.checked_on else None,
        "confidence": edition.confidence,
        "source": edition.source,
        "text": edition.text,
    }
