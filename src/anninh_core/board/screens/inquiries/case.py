"""The pages of one question, with its text, the articles that may answer it, and the possible acts."""

from collections.abc import Mapping
from typing import Any

from attrs import evolve
from starlette.responses import Response

from anninh_core.board.forms.act import ActForms
from anninh_core.board.forms.drafting import DO, PREVIEW, SAVE, DraftedForms
from anninh_core.board.forms.form import ActForm, WrittenField
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.operations.choices import Choice

_TALK = 100
_SUGGESTED = 3
_ANSWER = "inquiries.answer"
_NOTE = "inquiries.add_note"
_WRITTEN = (
    WrittenField(operation=_ANSWER, field="text", can_preview=True),
    WrittenField(operation=_NOTE, field="words", part="note"),
)
_TO_TIP = "inquiries.convert_to_tip"


def show_question(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show a question with the articles that may answer it; the queries together leave one journal entry."""
    id = page.params["id"]
    inquiry, steps, talk, suggested = page.read_together(
        ("inquiries.get", {"inquiry_id": id}),
        ("inquiries.can_do", {"inquiry_id": id}),
        ("inquiries.timeline", {"inquiry_id": id, "after": page.one("after"), "limit": _TALK}),
        ("inquiries.suggest", {"inquiry_id": id, "limit": _SUGGESTED}),
    )
    actors = [entry.act.by for entry in talk.items if entry.act] + [entry.note.by for entry in talk.items if entry.note]
    page.load_officers(by.removeprefix("person:") for by in actors)
    drafts = _build_drafted_forms(page)
    articles = _list_articles(page, suggested)
    forms = ActForms(
        page,
        f"/inquiries/{id}",
        unit=inquiry.unit,
        version=steps.version,
        failure=failure,
        options={"article": articles},
    )
    others = (step for step in steps.steps if step.operation != _NOTE)
    acts = forms.build_possible_forms(others, article=page.one("article"), **_read_article_text(page))
    if page.one("article"):
        acts = [evolve(act, is_open=act.is_open or act.operation == _ANSWER) for act in acts]
    can_answer = any(act.operation == _ANSWER for act in acts)
    return page.render(
        "case.html",
        failure.status if failure else 200,
        inquiry=inquiry,
        acts=drafts.offer(acts),
        note=drafts.offer([forms.make(_NOTE)])[0],
        handed_over=drafts.handed_over(),
        talk=talk.items,
        next=talk.next,
        suggested=[
            (suggestion, _build_direct_answer_form(forms, suggestion) if can_answer else None)
            for suggestion in suggested
        ],
    )


def act_on_question(page: PageRequest) -> Response:
    """Carry out an act on a question; redirect to the tip if the question became a tip."""
    id = page.params["id"]
    operation = page.operation
    drafts = _build_drafted_forms(page)
    address = f"/inquiries/{id}"
    button = page.sent(DO)
    if button in (SAVE, PREVIEW):
        drafts.keep()
        article = page.sent("article")
        source = page.sent("source")
        target = f"{address}/preview" if button == PREVIEW else address
        return page.redirect(target, article=article, source=source, done="drafts.save")
    return drafts.carry_out(
        operation, {"inquiry_id": id}, show_question, _build_tip_path if operation == _TO_TIP else address
    )


def preview(page: PageRequest) -> Response:
    """Show the answer that a resident will read; nothing is sent."""
    id = page.params["id"]
    article = page.one("article")
    words = _build_drafted_forms(page).load_initial_text(_ANSWER)
    back = f"/inquiries/{id}"
    if not words and not article:
        return page.redirect(back)
    source = page.one("source")
    answer = page.call("inquiries.preview_answer", inquiry_id=id, article=article, text=words, source=source)
    return page.render("templates/preview.html", preview=answer, back=page.local_url(back, article=article))


def show_new_question_form(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show the form of a question that came by phone or at the counter."""
    forms = ActForms(page, "/inquiries", unit=page.viewer.unit, failure=failure)
    form = forms.make("inquiries.record_walk_in", unit=page.viewer.unit)
    return page.render(
        "new.html",
        failure.status if failure else 200,
        act=form,
        title=page.words("Record an inquiry made by phone or in person"),
    )


def _build_direct_answer_form(forms: ActForms, suggested: Any) -> ActForm:
    """Return the form that sends an article unchanged as the answer."""
    return forms.make(_ANSWER, article=suggested.article.id)


def _read_article_text(page: PageRequest) -> Mapping[str, str]:
    """Return text and source of the article that the address names, to be edited before sending."""
    id = page.one("article")
    article = page.call("inquiries.articles.get", article_id=id) if id else None
    return {} if article is None else {"text": article.editions[-1].text, "source": article.editions[-1].source}


def _list_articles(page: PageRequest, suggested: Any) -> list[Choice]:
    """Return the articles to answer from, suggested articles first."""
    fitting = {suggestion.article.id: suggestion.article.title for suggestion in suggested}
    others = {
        article.id: article.title for article in page.call("inquiries.articles.list") if article.retired_on is None
    }
    return [Choice(id, title) for id, title in {**fitting, **others}.items()]


def _build_drafted_forms(page: PageRequest) -> DraftedForms:
    return DraftedForms(page, f"inquiry:{page.params['id']}", _WRITTEN, "inquiries.ready_answers")


def _build_tip_path(tip: Any) -> str:
    return f"/tips/{tip.id}"
