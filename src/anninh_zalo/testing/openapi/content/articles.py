"""The sandbox's handlers for calls about articles, whose creation takes the platform a while."""

from typing import Any

from anninh_zalo.testing.call import SandboxCall, SandboxRoute
from anninh_zalo.testing.clock import to_milliseconds
from anninh_zalo.testing.state import SandboxArticle
from anninh_zalo.testing.wire import Json, SandboxRefusal

_LIMITS = {"title": 150, "author": 50, "description": 300}
_NEEDED = {"normal": ("title", "author", "description"), "video": ("title", "description", "video_id")}


def create_article(call: SandboxCall) -> Json:
    """Answer POST /v2.0/article/create, which starts the creation of an article."""
    fields = _read_fields(call)
    id = call.world.ids.hex("article", 32)
    token = call.world.ids.token("article")
    call.account.articles[id] = SandboxArticle(id=id, token=token, fields=fields, at=call.world.now())
    return {"token": token}


def verify_article(call: SandboxCall) -> Json:
    """Answer POST /v2.0/article/verify with the article's id, once the article is created."""
    token = call.text("token")
    article = next((candidate for candidate in call.account.articles.values() if candidate.token == token), None)
    if article is None:
        raise SandboxRefusal(-201, "token is invalid")
    if article.checks > 0:
        article.checks -= 1
        raise SandboxRefusal(-214, "The article is being processed")
    return {"id": article.id}


def update_article(call: SandboxCall) -> Json:
    """Answer POST /v2.0/article/update, which replaces an article's content."""
    article = _find_article(call)
    article.fields = _read_fields(call)
    article.token = call.world.ids.token("article")
    article.checks = 1
    return {"token": article.token}


def remove_article(call: SandboxCall) -> Json:
    """Answer POST /v2.0/article/remove, which removes an article."""
    del call.account.articles[_find_article(call).id]
    return {}


def list_articles(call: SandboxCall) -> Json:
    """Answer GET /v2.0/article/getslice with a page of the account's articles."""
    kind = str(call.params.get("type") or "normal")
    matches = [
        article for article in call.account.articles.values() if article.fields["type"] == kind and not article.checks
    ]
    newest = [*reversed(matches)]
    offset = call.whole("offset", 0, 10**9)
    limit = call.whole("limit", 10, 10)
    return {
        "total": len(newest),
        "medias": [_summary_json(call, article) for article in newest[offset : offset + limit]],
    }


def get_article(call: SandboxCall) -> Any:
    """Answer GET /v2.0/article/getdetail with one article."""
    article = _find_article(call)
    return {**article.fields, **_summary_json(call, article)}


def _read_fields(call: SandboxCall) -> Json:
    kind = str(call.params.get("type") or "normal")
    if kind not in _NEEDED:
        raise SandboxRefusal(-201, "type is invalid")
    for name in _NEEDED[kind]:
        call.text(name, _LIMITS.get(name))
    if kind == "normal" and not isinstance(call.params.get("body"), list):
        raise SandboxRefusal(-201, "body is invalid")
    return {"status": "hide", "comment": "show", **call.params, "type": kind}


def _find_article(call: SandboxCall) -> SandboxArticle:
    id = call.text("id")
    if id not in call.account.articles:
        raise SandboxRefusal(-201, "id is invalid")
    return call.account.articles[id]


def _summary_json(call: SandboxCall, article: SandboxArticle) -> Json:
    at = to_milliseconds(article.at)
    return {
        "id": article.id,
        "type": article.fields["type"],
        "title": article.fields["title"],
        "status": article.fields["status"],
        "total_view": 0,
        "total_share": 0,
        "create_date": at,
        "update_date": at,
        "thumb": f"{call.world.media_base}/thumb",
        "link_view": f"https://officialaccount.me/d?id={article.id}",
    }


ROUTES = (
    SandboxRoute("POST", "/v2.0/article/create", create_article),
    SandboxRoute("POST", "/v2.0/article/verify", verify_article),
    SandboxRoute("POST", "/v2.0/article/update", update_article),
    SandboxRoute("POST", "/v2.0/article/remove", remove_article),
    SandboxRoute("GET", "/v2.0/article/getslice", list_articles),
    SandboxRoute("GET", "/v2.0/article/getdetail", get_article),
)
