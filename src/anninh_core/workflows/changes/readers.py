"""Which operation reads a record of a kind: it decides who may know of the record."""

from collections.abc import Mapping

READERS: Mapping[str, str] = {
    "alarm": "duty.alarm",
    "article": "inquiries.get_article",
    "difficulty": "programme.difficulty",
    "duty": "programme.duty",
    "erasure": "retention.erasure",
    "found_piece": "content.found_piece",
    "group": "groups.get",
    "incident": "incidents.get",
    "inquiry": "inquiries.get",
    "item": "content.get",
    "leak_finding": "leaks.finding",
    "officer": "units.officer",
    "post": "moderation.get",
    "report": "reports.get",
    "rights_request": "rights.request",
    "subcase": "tips.subcase",
    "tip": "tips.get",
}
"""Kind of record -> the query that takes its id and answers it; of kinds that none reads nothing is told."""
