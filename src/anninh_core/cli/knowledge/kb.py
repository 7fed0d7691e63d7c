"""`anninh kb`: the knowledge base as files, and what of it needs a look."""

from pathlib import Path

import click

from anninh_core.app import App
from anninh_core.cli.folder import as_officer
from anninh_core.cli.options import FILE
from anninh_core.cli.output import TextTable, echo, echo_facts, echo_json, printable
from anninh_core.domain.inquiries import Article
from anninh_core.kernel.files import write_atomically
from anninh_core.profile.knowledge import read_articles, shipped_articles, write_articles
from anninh_core.usecase.actor import Actor

_REASONS = {
    "run_out": "its last day is over",
    "never_checked": "nobody compared it with the rules in force",
    "checked_long_ago": "it was compared long ago",
}


@click.group()
def kb() -> None:
    """Look after the articles that questions are answered from."""


@kb.command("import")
@click.argument("file", required=False, type=FILE)
@click.option("--bundled", is_flag=True, help="Take in the articles that come with the library instead of a file.")
@click.option("--unit", default="", metavar="UNIT", help="Who looks after them; the whole district where left out.")
@as_officer
def import_(app: App, me: Actor, *, file: Path | None, bundled: bool, unit: str) -> None:
    """Take in the articles of FILE, TOML or JSON.

    New ones are written, changed ones get a new edition, what is the same stays as it is.
    """
    if (file is None) is not bundled:
        raise click.UsageError("name a file, or give --bundled")
    drafts = shipped_articles() if file is None else read_articles(file)
    done = app.inquiries.import_articles(me, unit or app.district.root, drafts)
    echo(f"{len(done.written)} written, {len(done.revised)} revised, {len(done.unchanged)} unchanged")
    if done.kept:
        echo(f"kept as they are here, retired or revised later: {', '.join(done.kept)}", err=True)
    if unchecked := [draft.key for draft in drafts if draft.edition.checked_on is None]:
        echo(f"{len(unchecked)} were never compared with the rules in force; see `anninh kb check`", err=True)


@kb.command()
@click.argument("file", type=FILE)
@as_officer
def export(app: App, me: Actor, *, file: Path) -> None:
    """Write the articles in use into FILE, as JSON that can be imported again."""
    articles = app.inquiries.articles(me)
    if not articles:
        raise click.ClickException("there is no article in use; write or import one first")
    write_atomically(file, write_articles(articles).encode())
    echo(f"{file}: {len(articles)} articles")


@kb.command("list")
@click.option("--category", default="", metavar="CATEGORY", help="Only those of this category.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@as_officer
def list_(app: App, me: Actor, *, category: str, as_json: bool) -> None:
    """List the articles in use."""
    articles = app.inquiries.articles(me, category=category)
    if as_json:
        echo_json([_article_data(article) for article in articles])
        return
    rows = [
        (_name(article), article.category, article.unit, str(article.editions[-1].checked_on or "never"), article.title)
        for article in articles
    ]
    headings = ("article", "category", "unit", "checked", "title")
    TextTable(headings=headings, rows=rows, cut=True, empty="No article is in use.").echo()


@kb.command()
@click.argument("article")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@as_officer
def show(app: App, me: Actor, *, article: str, as_json: bool) -> None:
    """Show an ARTICLE, named by its key or id, with its sources."""
    found = app.inquiries.get_article(me, article)
    if as_json:
        echo_json(_article_data(found))
        return
    edition = found.editions[-1]
    sources = edition.rules or ()
    echo_facts(
        [
            ("article", _name(found)),
            ("title", found.title),
            ("looked after by", found.unit),
            ("holds in", found.area or "every unit"),
            ("edition", f"{edition.number}, since {edition.since}{f' until {edition.until}' if edition.until else ''}"),
            ("checked", str(edition.checked_on or "never")),
            ("confidence", edition.confidence),
            ("retired", str(found.retired_on or "")),
            *(("source", _source_line(rule.in_words(), str(rule.issued_on or ""), rule.url)) for rule in sources),
            *(() if sources else (("source", edition.source),)),
            *(("asked as", phrase) for phrase in found.phrases),
        ]
    )
    echo(f"\n{printable(edition.text)}")


@kb.command()
@click.option("--days", default=180, type=click.IntRange(1), show_default=True, help="For how long a check is good.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@as_officer
def check(app: App, me: Actor, *, days: int, as_json: bool) -> None:
    """List the articles that need a look: run out, never compared with the rules in force, or not for DAYS.

    Ends with 1 if there is one. `anninh kb confirm` notes that an article was compared.
    """
    stale = app.inquiries.stale_articles(me, days=days)
    if as_json:
        echo_json([_article_data(one.article) | {"why": one.why} for one in stale])
    else:
        rows = [(_name(one.article), _REASONS[one.why], one.article.title) for one in stale]
        TextTable(
            headings=("article", "why", "title"), rows=rows, cut=True, empty="Every article is up to date."
        ).echo()
    click.get_current_context().exit(1 if stale else 0)


@kb.command()
@click.argument("article")
@as_officer
def confirm(app: App, me: Actor, *, article: str) -> None:
    """Note that an ARTICLE was compared with the rules in force today, and is right."""
    found = app.inquiries.get_article(me, article)
    confirmed = app.inquiries.confirm_article(me, found.id)
    echo(f"{_name(confirmed)}: checked on {confirmed.editions[-1].checked_on}")


@kb.command()
@click.option("--unit", default="", metavar="UNIT", help="Questions of this unit and all below it.")
@click.option("--days", default=90, type=click.IntRange(1), show_default=True, help="How far back.")
@as_officer
def proposals(app: App, me: Actor, *, unit: str, days: int) -> None:
    """List what was asked more than once and no article answers."""
    rows = [
        (str(len(proposal.questions)), " ".join(proposal.words), proposal.questions[0].question)
        for proposal in app.inquiries.propose_articles(me, unit=unit, days=days)
    ]
    headings = ("asked", "words", "newest question")
    TextTable(headings=headings, rows=rows, cut=True, empty="Nothing was asked twice without an article.").echo()


def _name(article: Article) -> str:
    return article.key or article.id


def _source_line(*parts: str) -> str:
    return ", ".join(filter(None, parts))


def _article_data(article: Article) -> dict[str, object]:
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
