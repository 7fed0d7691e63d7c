"""What can be asked of an official account, by what it is for. Groups, templates and history have theirs nearby."""

from collections.abc import Mapping
from typing import Any

from anninh_zalo.api.calls import ApiCall, get, get_data, post

Body = Mapping[str, Any]


def consultation(body: Body) -> ApiCall:
    """Send a message to a person."""
    return post("/v3.0/oa/message/cs", body)


def group_message(body: Body) -> ApiCall:
    """Send a message into a group."""
    return post("/v3.0/oa/group/message", body)


def reaction(body: Body) -> ApiCall:
    """React to a person's message; done twice, it is one reaction."""
    return post("/v2.0/oa/message", body, sends=False)


def visitor_message(body: Body) -> ApiCall:
    """Send a message to a visitor of a web site's widget."""
    return post("/v2.0/oa/message", body)


def broadcast(body: Body) -> ApiCall:
    """Send an article to followers."""
    return post("/v2.0/oa/message", body)


def account() -> ApiCall:
    """Ask for the account itself: name, verification, package."""
    return get_data("/v2.0/oa/getoa")


def person(user_id: str) -> ApiCall:
    """Ask for what the account may know of a person."""
    return get_data("/v3.0/oa/user/detail", user_id=user_id)


def people(offset: int = 0, count: int = 50, **narrowed: Any) -> ApiCall:
    """List people who know the account: at most 50 a page, up to 10,000 in all."""
    return get_data("/v3.0/oa/user/getlist", offset=offset, count=count, **narrowed)


def tags() -> ApiCall:
    """List the account's labels."""
    return get_data("/v2.0/oa/tag/gettagsofoa")


def tag(user_id: str, name: str) -> ApiCall:
    """Put a label on a person."""
    return post("/v2.0/oa/tag/tagfollower", {"user_id": user_id, "tag_name": name}, sends=False)


def untag(user_id: str, name: str) -> ApiCall:
    """Take a label from a person."""
    return post("/v2.0/oa/tag/rmfollowerfromtag", {"user_id": user_id, "tag_name": name}, sends=False)


def window(user_id: str) -> ApiCall:
    """Ask when a person last got in touch, and how many answers are free."""
    return post("/v3.0/oa/quota/message", {"user_id": user_id}, sends=False)


def package_quota(product: str = "cs", kind: str = "sub_quota", owner: str = "OA") -> ApiCall:
    """Ask for the package's messages: `sub_quota`, `purchase_quota` or `reward_quota`, of the `OA` or the `APP`."""
    body = {"quota_owner": owner, "product_type": product, "quota_type": kind}
    return post("/v3.0/oa/quota/message", body, sends=False)


def create_article(body: Body) -> ApiCall:
    """Begin to make an article; the answer's token is good for `verify_article`."""
    return post("/v2.0/article/create", body)


def verify_article(token: str) -> ApiCall:
    """Ask for the id of an article; RetryLater while it is being made (-214)."""
    return post("/v2.0/article/verify", {"token": token}, sends=False)


def update_article(body: Body) -> ApiCall:
    """Put an article in place of another (`sending.articles.update_body`)."""
    return post("/v2.0/article/update", body, sends=False)


def remove_article(article_id: str) -> ApiCall:
    """Remove an article."""
    return post("/v2.0/article/remove", {"id": article_id}, sends=False)


def articles(offset: int = 0, limit: int = 10, kind: str = "normal") -> ApiCall:
    """List articles, `normal` or `video`."""
    return get("/v2.0/article/getslice", offset=offset, limit=limit, type=kind)


def article(article_id: str) -> ApiCall:
    """Ask for one article."""
    return get("/v2.0/article/getdetail", id=article_id)
