"""Pages of the knowledge base, whose articles answer residents' questions."""

from typing import Any

from starlette.responses import Response

from anninh_core.board.forms.act import ActForms
from anninh_core.board.forms.options import find_writing_unit
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.screens.inquiries.lists import build_tabs

_CHANGES = ("inquiries.articles.revise", "inquiries.articles.confirm", "inquiries.articles.retire")


def show_articles(page: PageRequest) -> Response:
    """Show the articles in use, with stale articles first and the reason."""
    stale = {entry.article.id: entry.why for entry in page.call("inquiries.articles.list_stale")}
    in_use = [article for article in page.call("inquiries.articles.list") if article.retired_on is None]
    return page.render(
        "articles.html",
        articles=sorted(in_use, key=lambda article: (article.id not in stale, article.title)),
        stale=stale,
        tabs=build_tabs(page, "articles"),
    )


def show_article(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show an article with its editions."""
    article = page.call("inquiries.articles.get", article_id=page.params["id"])
    page.load_officers(edition.by for edition in article.editions)
    forms = ActForms(
        page, f"/inquiries/articles/{article.id}", unit=article.unit, version=article.version, failure=failure
    )
    newest = article.editions[-1]
    can_change = article.retired_on is None and page.has("inquiries.articles.revise")
    acts = [forms.make(name, text=newest.text, source=newest.source) for name in _CHANGES if can_change]
    editions = tuple(reversed(article.editions))
    status = failure.status if failure else 200
    return page.render("article.html", status, article=article, editions=editions, acts=acts)


def show_new_article_form(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show the form of a new article, filled in from a question if the address names one."""
    inquiry = _read_question(page)
    initial = {"unit": find_writing_unit(page)}
    if inquiry is not None:
        initial |= {"text": inquiry.answer, "source": inquiry.source, "phrases": inquiry.question}
    forms = ActForms(page, "/inquiries/articles", unit=initial["unit"], failure=failure)
    form = forms.make("inquiries.articles.write", **initial)
    return page.render("new.html", failure.status if failure else 200, act=form, title=page.words("Write an article"))


def _read_question(page: PageRequest) -> Any:
    id = page.one("of")
    return page.call("inquiries.get", inquiry_id=id) if id else None
