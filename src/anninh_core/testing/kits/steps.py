"""The steps in which an author writes a storage backend, and the kit's rules that can hold after each step."""

import re
from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen

from anninh_core._moved import PAGE as MIGRATION_PAGE
from anninh_core.kernel.errors import BadInput

PAGE = "docs/howto/write_a_storage.md"

_PART = re.compile(r"([A-Z]{1,3})-(\d{2,3})(?:\.\.(?:([A-Z]{1,3})-)?(\d{2,3}))?")


@frozen
class Step:
    """A step in writing a storage: members of the storage port that are written together.

    Attributes:
        members: paths of members of the port; `commit.records` is that part of a change set, given to `commit`.
        about: description of the step, for the page that explains the steps.
        rules: rules that need these members and otherwise only members of earlier steps, in the form that `read_rules`
            reads.
    """

    members: tuple[str, ...]
    about: str
    rules: str


STORAGE_STEPS: Sequence[Step] = (
    Step(
        ("name", "capabilities", "prepare", "close", "journal.head"),
        "Opening, and abilities in honest words. `journal.head` is `(0, GENESIS)` as long as nothing can be committed.",
        "S-127 S-142 S-218",
    ),
    Step(
        ("leases", "states"),
        "Small, and without `commit`: tokens rise with each holder, a value is stored over the version that was read.",
        "S-120..S-123",
    ),
    Step(
        ("commit.records", "commit.guards", "commit.entry", "records.get", "records.get_many", "journal.read"),
        "Check first, with `ports.validation`: versions, guards, `NoneLeft`. Then apply. Later change sets of a batch "
        "see earlier ones. Lines of the journal are numbered without gaps and chained by `chain_hash`. `prepare` takes "
        "new columns of a kind that has records.",
        "S-01 S-04..S-07 S-10..S-15 S-21 S-22 S-30 S-47 S-110..S-112 S-140 S-144..S-146",
    ),
    Step(
        ("commit.request", "requested", "prune_requests", "journal.about"),
        "A request key makes a duplicate, before anything else is judged. `about` needs an index: see `entry_refs`.",
        "S-17 S-18 S-117 S-118 S-129 S-195",
    ),
    Step(
        ("records.find", "records.count"),
        "Orders, cursors and filters mean what `ports.storages.query` says; use its functions.",
        "S-02 S-03 S-09 S-16 S-19 S-31..S-46 S-130 S-131 S-141 S-149 S-156 S-224",
    ),
    Step(
        ("commit.keys", "commit.sealed_under", "keyring"),
        "`are_keys_current` judges what a change set brings. What `destroy` destroyed must be gone from the disk too, "
        "as far as the engine can.",
        "S-113..S-116 S-128 S-190 S-204 S-205",
    ),
    Step(
        (
            *("commit.inbox", "commit.inbox_settled", "queues.claim_inbox", "queues.retry_inbox", "queues.inbox"),
            *("queues.depth",),
        ),
        "One row of a conversation at a time, in order of `received_at` and id, under a lease; `may_settle_inbox` says "
        "what may become of it.",
        "S-50..S-62 S-160..S-162 S-165 S-227 S-231",
    ),
    Step(
        (
            *("commit.outbox", "commit.outbox_settled", "queues.claim_outbox", "queues.start", "queues.release_held"),
            *("queues.outbox", "queues.outbox_row", "queues.by_platform_id", "queues.standing", "queues.wait"),
        ),
        "Heads of conversations are `ready`. A start that was lost is `unknown`, and never `ready` again by itself; "
        "`may_settle_outbox` says what may become of a row.",
        "S-20 S-70..S-90 S-148 S-163 S-164 S-196..S-201 S-225 S-226 S-232 S-233",
    ),
    Step(
        ("commit.counters", "counters"),
        "Days, months and years add up; `gather` may do nothing.",
        "S-100..S-104 S-185",
    ),
    Step(
        ("commit.search", "search"),
        "Terms side by side make a phrase. `TermQuery.matches` says what is a hit.",
        "S-08 S-105..S-109 S-150..S-155",
    ),
    Step(
        ("queues.prune_inbox", "queues.prune_outbox", "queues.remove_ended", "queues.rename_ended"),
        "What is done with goes, what is undecided stays.",
        "S-191..S-194 S-215 S-216 S-234",
    ),
    Step(
        ("maintenance",),
        "What an operator needs, and what moves and backups are made of: see below.",
        "S-119 S-124..S-126 S-147 S-170..S-181 S-186 S-228..S-230",
    ),
    Step(("try_write",), "Write something that is as durable as an event, and keep nothing.", "S-202 S-203"),
    Step(
        (),
        "All of them together: threads, restarts, killed processes, several openers.",
        "S-143 S-217 S-219..S-223",
    ),
)


def read_rules(text: str) -> frozenset[str]:
    """Return the rule numbers in a text such as `S-01 S-50..S-62`, separated by spaces or commas.

    Raises:
        BadInput: a part of the text is no rule number.
    """
    return frozenset(number for part in text.replace(",", " ").split() for number in _parse_rule_range(part))


def _parse_rule_range(part: str) -> Iterable[str]:
    match = _PART.fullmatch(part)
    letters, first, other_letters, last = match.groups() if match else ("", "", None, None)
    if not letters or other_letters not in (None, letters) or int(last or first) < int(first):
        raise BadInput(
            "{text!r} names no rules of a kit: write a number such as S-07, or the first and the last such "
            "as S-50..S-62.",
            text=part,
        )
    return [f"{letters}-{number:0{len(first)}}" for number in range(int(first), int(last or first) + 1)]


def rules_until(step: int) -> frozenset[str]:
    """Return the rules of the storage kit that can hold after the steps up to and including `step` are written.

    Raises:
        BadInput: no step has this number.
    """
    if not 1 <= step <= len(STORAGE_STEPS):
        raise BadInput(
            "Step {step} doesn't exist: a storage is written in steps 1 to {last_step} (see {path}).",
            step=step,
            last_step=len(STORAGE_STEPS),
            path=PAGE,
        )
    return frozenset(number for earlier_step in STORAGE_STEPS[:step] for number in read_rules(earlier_step.rules))


def step_of_rule(rule: str) -> int:
    """Return the number of the step to which a rule of the storage kit belongs, or 0 for a rule of another kit."""
    return next((number for number, step in _number_steps() if rule in read_rules(step.rules)), 0)


def step_of_member(path: str) -> int:
    """Return the number of the first step in which a member of the storage port, or a part of this member, is
    written.
    """
    return next(
        (number for number, step in _number_steps() if any(_has_common_part(path, member) for member in step.members)),
        1,
    )


def describe_missing_member(path: str) -> str:
    """Return a sentence that names a missing member and the step in which it is written."""
    step = step_of_member(path)
    return f"{path} is missing: it is written in step {step} of {PAGE}, and S-217 lists all that is missing"


def describe_missing_members(paths: Iterable[str]) -> str:
    """Return a sentence that lists the missing members of a storage by step."""
    by_step: dict[int, list[str]] = {}
    for path in paths:
        by_step.setdefault(step_of_member(path.partition("(")[0]), []).append(path)
    parts = [f"{', '.join(by_step[step])} (step {step})" for step in sorted(by_step)]
    return f"the storage lacks {'; '.join(parts)}: see {PAGE}, and {MIGRATION_PAGE} for what was added to the port"


def describe_progress(fails: Mapping[str, bool]) -> Sequence[str]:
    """Return a line for each step with the number of its failing rules; the first unfinished step also lists their
    numbers.

    Args:
        fails: rule of the storage kit -> whether it fails.
    """
    lines: list[str] = []
    has_listed_failures = False
    for number, step in _number_steps():
        run = [rule for rule in fails if rule in read_rules(step.rules)]
        failing = sorted((rule for rule in run if fails[rule]), key=lambda rule: int(rule.partition("-")[2]))
        if run:
            which = f": {' '.join(failing)}" if failing and not has_listed_failures else ""
            summary = f"{len(failing)} of {len(run)} rules fail{which}" if failing else f"{len(run)} rules, none fails"
            lines.append(f"step {number:2}: {summary}")
            has_listed_failures = has_listed_failures or bool(failing)
    return lines


def _number_steps() -> Iterable[tuple[int, Step]]:
    return enumerate(STORAGE_STEPS, start=1)


def _has_common_part(path: str, member: str) -> bool:
    return path == member or path.startswith(f"{member}.") or member.startswith(f"{path}.")
