"""API calls of an official account, one function per purpose. Those of groups, templates and history are in packages of
their own.
"""

from collections.abc import Mapping
from typing import Any

from anninh_zalo.api.calls import ApiCall, build_data_call, build_post_call, get

Body = Mapping[str, Any]


def consultation_call(body: Body) -> ApiCall:
    """Return the call that sends a message to a person."""
    return build_post_call("/v3.0/oa/message/cs", body)


def group_message_call(body: Body) -> ApiCall:
    """Return the call that sends a message to a group."""
    return build_post_call("/v3.0/oa/group/message", body)


def reaction_call(body: Body) -> ApiCall:
    """Return the call that reacts to a person's message; repeated, it is one reaction."""
    return build_post_call("/v2.0/oa/message", body, sends=False)


def visitor_message_call(body: Body) -> ApiCall:
    """Return the call that sends a message to a visitor of a web site's widget."""
    return build_post_call("/v2.0/oa/message", body)


def broadcast_call(body: Body) -> ApiCall:
    """Return the call that sends an article to followers."""
    return build_post_call("/v2.0/oa/message", body)


def account_call() -> ApiCall:
    """Return the call that reads the account's own data: name, verification, package."""
    return build_data_call("/v2.0/oa/getoa")


def person_call(user_id: str) -> ApiCall:
    """Return the call that reads a person's profile, as far as the account may see it."""
    return build_data_call("/v3.0/oa/user/detail", user_id=user_id)


def people_call(offset: int = 0, count: int = 50, **narrowed: Any) -> ApiCall:
    """Return the call that lists people who know the account: at most 50 a page, up to 10,000 in all."""
    return build_data_call("/v3.0/oa/user/getlist", offset=offset, count=count, **narrowed)


def tags_call() -> ApiCall:
    """Return the call that lists the account's labels."""
    return build_data_call("/v2.0/oa/tag/gettagsofoa")


def tag_call(user_id: str, name: str) -> ApiCall:
    """Return the call that puts a label on a person."""
    return build_post_call("/v2.0/oa/tag/tagfollower", {"user_id": user_id, "tag_name": name}, sends=False)


def untag_call(user_id: str, name: str) -> ApiCall:
    """Return the call that removes a label from a person."""
    return build_post_call("/v2.0/oa/tag/rmfollowerfromtag", {"user_id": user_id, "tag_name": name}, sends=False)


def contact_window_call(user_id: str) -> ApiCall:
    """Return the call that reads when a person last interacted with the account, and how many replies are free."""
    return build_post_call("/v3.0/oa/quota/message", {"user_id": user_id}, sends=False)


def package_quota_call(product: str = "cs", kind: str = "sub_quota", owner: str = "OA") -> ApiCall:
    """Return the call that reads the package's messages: `sub_quota`, `purchase_quota` or `reward_quota`, of the `OA`
    or the `APP`.
    """
    body = {"quota_owner": owner, "product_type": product, "quota_type": kind}
    return build_post_call("/v3.0/oa/quota/message", body, sends=False)


def create_article_call(body: Body) -> ApiCall:
    """Return the call that starts the creation of an article; the token in the response is for `verify_article`."""
    return build_post_call("/v2.0/article/create", body)


def verify_article_call(token: str) -> ApiCall:
    """Return the call that reads the id of an article; RetryLater while the article is being made (-214)."""
    return build_post_call("/v2.0/article/verify", {"token": token}, sends=False)


def update_article_call(body: Body) -> ApiCall:
    """Return the call that replaces an article by another (`sending.articles.update_body`)."""
    return build_post_call("/v2.0/article/update", body, sends=False)


def remove_article_call(article_id: str) -> ApiCall:
    """Return the call that removes an article."""
    return build_post_call("/v2.0/article/remove", {"id": article_id}, sends=False)


def articles_call(offset: int = 0, limit: int = 10, kind: str = "normal") -> ApiCall:
    """Return the call that lists articles, `normal` or `video`."""
    return get("/v2.0/article/getslice", offset=offset, limit=limit, type=kind)


def article_call(article_id: str) -> ApiCall:
    """Return the call that reads one article."""
    return get("/v2.0/article/getdetail", id=article_id)
