"""The knowledge base: articles that answer questions."""

from typing import Any

from starlette.responses import Response

from anninh_core.board.forms.act import ActForms
from anninh_core.board.forms.options import writing_unit
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.screens.inquiries.lists import tabs_for

_CHANGES = ("inquiries.articles.revise", "inquiries.articles.confirm", "inquiries.articles.retire")


def show_all(page: PageRequest) -> Response:
    """Show the articles in use, those that need a look first, and which questions no article fits."""
    stale = {one.article.id: one.why for one in page.call("inquiries.articles.list_stale")}
    in_use = [one for one in page.call("inquiries.articles.list") if one.retired_on is None]
    return page.render(
        "articles.html",
        articles=sorted(in_use, key=lambda one: (one.id not in stale, one.title)),
        stale=stale,
        tabs=tabs_for(page, "articles"),
    )


def show(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show an article with its editions."""
    article = page.call("inquiries.articles.get", article_id=page.params["id"])
    page.load_officers(edition.by for edition in article.editions)
    forms = ActForms(
        page, f"/inquiries/articles/{article.id}", unit=article.unit, version=article.version, failure=failure
    )
    newest = article.editions[-1]
    is_theirs = article.retired_on is None and page.has("inquiries.articles.revise")
    acts = [forms.make(name, text=newest.text, source=newest.source) for name in _CHANGES if is_theirs]
    editions = tuple(reversed(article.editions))
    status = failure.status if failure else 200
    return page.render("article.html", status, article=article, editions=editions, acts=acts)


def new(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Begin an article; from a question, where the address names one."""
    asked = _question(page)
    given = {"unit": writing_unit(page)}
    if asked is not None:
        given |= {"text": asked.answer, "source": asked.source, "phrases": asked.question}
    forms = ActForms(page, "/inquiries/articles", unit=given["unit"], failure=failure)
    form = forms.make("inquiries.articles.write", **given)
    return page.render("new.html", failure.status if failure else 200, act=form, title=page.words("Write an article"))


def _question(page: PageRequest) -> Any:
    id = page.one("of")
    return page.call("inquiries.get", inquiry_id=id) if id else None
