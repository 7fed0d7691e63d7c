"""Measure how well a thief of the database can guess by time alone: `python -m tests.scenarios.timing_links FOLDER`.

No equal values connect a private case with a post in a group. Times remain: ids and journal entries have milliseconds.
A member of a group knows who posted when, takes the post nearest in time to a private report, and guesses that both
have one author.
"""

import argparse
import sys
from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from attrs import frozen

from anninh_core.demo.stage import open_stage
from anninh_core.domain.conversations.model import MESSAGE
from anninh_core.usecase.context import UseCaseContext

WITHIN = (timedelta(minutes=5), timedelta(hours=1), timedelta(days=1))


@frozen
class Guesses:
    """The number of reports for which the post nearest in time is by the reporter.

    Attributes:
        within: maximal time between the report and the post.
        made: number of reports with a post within that time.
        right: number of these posts with the reporter as their author.
        by_chance: expected number of right guesses if each author were drawn among the posts at random.
    """

    within: timedelta
    made: int
    right: int
    by_chance: float


@frozen
class _SentMessage:
    at: datetime
    by: str


def measure_guesses(context: UseCaseContext) -> tuple[int, int, Sequence[Guesses]]:
    """Return the number of readable private cases, the number of readable posts, and the guesses by time alone."""
    posts: list[_SentMessage] = []
    reports: dict[str, _SentMessage] = {}
    for message in context.iter_readable(MESSAGE, context.storage.maintenance.scan(MESSAGE.name)):
        if message.sender not in ("", message.conversation):
            posts.append(_SentMessage(message.received_at, message.sender))
        elif message.sender and message.case:
            first = reports.get(message.case)
            if first is None or message.received_at < first.at:
                reports[message.case] = _SentMessage(message.received_at, message.sender)
    posts.sort(key=_get_time)
    return len(reports), len(posts), [_count_guesses([*reports.values()], posts, within) for within in WITHIN]


def _count_guesses(reports: Sequence[_SentMessage], posts: Sequence[_SentMessage], within: timedelta) -> Guesses:
    authors = Counter(post.by for post in posts)
    nearest = [(report, post) for report in reports for post in _iter_nearest(report, posts, within)]
    return Guesses(
        within=within,
        made=len(nearest),
        right=sum(report.by == post.by for report, post in nearest),
        by_chance=sum(authors[report.by] / len(posts) for report, _ in nearest),
    )


def _iter_nearest(report: _SentMessage, posts: Sequence[_SentMessage], within: timedelta) -> Iterator[_SentMessage]:
    """Yield the post that is nearest in time to a report, if it is at most `within` away."""
    place = bisect(posts, report.at, key=_get_time)
    near = [post for post in posts[max(0, place - 1) : place + 1] if abs(post.at - report.at) <= within]
    yield from sorted(near, key=lambda post: abs(post.at - report.at))[:1]


def _get_time(message: _SentMessage) -> datetime:
    return message.at


def main() -> None:
    """Print the guesses for a played demo in a folder, as `anninh demo --out FOLDER` leaves it."""
    parser = argparse.ArgumentParser(prog="python -m tests.scenarios.timing_links", description=__doc__)
    parser.add_argument("folder", type=Path)
    stage = open_stage(parser.parse_args().folder)
    reports, posts, guesses = measure_guesses(stage.app.internals.context)
    stage.app.close()
    lines = [f"{reports} private cases, {posts} posts in groups that can be read"]
    lines += [
        f"within {guess.within}: {guess.made} guesses, {guess.right} right, {guess.by_chance:.1f} by chance"
        for guess in guesses
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
