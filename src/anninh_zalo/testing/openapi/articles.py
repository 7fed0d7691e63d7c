"""Articles; making one takes the platform a while."""

from typing import Any

from anninh_zalo.testing.call import Call, Route
from anninh_zalo.testing.clock import milliseconds
from anninh_zalo.testing.state import Article
from anninh_zalo.testing.wire import Json, Refused

_LIMITS = {"title": 150, "author": 50, "description": 300}
_NEEDED = {"normal": ("title", "author", "description"), "video": ("title", "description", "video_id")}


def create(call: Call) -> Json:
    """POST /v2.0/article/create."""
    fields = _checked(call)
    id, token = call.world.ids.hex("article", 32), call.world.ids.token("article")
    call.account.articles[id] = Article(id=id, token=token, fields=fields, at=call.world.now())
    return {"token": token}


def verify(call: Call) -> Json:
    """POST /v2.0/article/verify: the id, once the article is there."""
    token = call.text("token")
    article = next((one for one in call.account.articles.values() if one.token == token), None)
    if article is None:
        raise Refused(-201, "token is invalid")
    if article.checks > 0:
        article.checks -= 1
        raise Refused(-214, "The article is being processed")
    return {"id": article.id}


def update(call: Call) -> Json:
    """POST /v2.0/article/update."""
    article = _named(call)
    article.fields = _checked(call)
    article.token, article.checks = call.world.ids.token("article"), 1
    return {"token": article.token}


def remove(call: Call) -> Json:
    """POST /v2.0/article/remove."""
    del call.account.articles[_named(call).id]
    return {}


def getslice(call: Call) -> Json:
    """GET /v2.0/article/getslice."""
    kind = str(call.params.get("type") or "normal")
    found = [one for one in call.account.articles.values() if one.fields["type"] == kind and not one.checks]
    newest = [*reversed(found)]
    offset, limit = call.whole("offset", 0, 10**9), call.whole("limit", 10, 10)
    return {"total": len(newest), "medias": [_brief(call, one) for one in newest[offset : offset + limit]]}


def getdetail(call: Call) -> Any:
    """GET /v2.0/article/getdetail."""
    article = _named(call)
    return {**article.fields, **_brief(call, article)}


def _checked(call: Call) -> Json:
    kind = str(call.params.get("type") or "normal")
    if kind not in _NEEDED:
        raise Refused(-201, "type is invalid")
    for name in _NEEDED[kind]:
        call.text(name, _LIMITS.get(name))
    if kind == "normal" and not isinstance(call.params.get("body"), list):
        raise Refused(-201, "body is invalid")
    return {"status": "hide", "comment": "show", **call.params, "type": kind}


def _named(call: Call) -> Article:
    id = call.text("id")
    if id not in call.account.articles:
        raise Refused(-201, "id is invalid")
    return call.account.articles[id]


def _brief(call: Call, article: Article) -> Json:
    at = milliseconds(article.at)
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
    Route("POST", "/v2.0/article/create", create),
    Route("POST", "/v2.0/article/verify", verify),
    Route("POST", "/v2.0/article/update", update),
    Route("POST", "/v2.0/article/remove", remove),
    Route("GET", "/v2.0/article/getslice", getslice),
    Route("GET", "/v2.0/article/getdetail", getdetail),
)
