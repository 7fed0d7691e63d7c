"""Faults of the inbox."""

from collections.abc import Mapping

from tests.testing.storage_kit.twins import Fault

QUEUES = "ports.queues"

FAULTS: Mapping[str, Fault] = {
    "an event that is done keeps its conversation": Fault(
        "S-231", "apply", 'body=b"", conversation=inbox.conversation)', 'body=b"")'
    ),
    "an event comes without its scope": Fault(
        "S-50",
        "apply",
        "        scope=new.scope,\n        body=new.body,\n        state=InboxState.NEW,",
        "        scope='',\n        body=new.body,\n        state=InboxState.NEW,",
    ),
    "an event is forgotten once it is done": Fault(
        "S-51",
        "apply",
        "        stored.open = inbox.state == InboxState.NEW\n",
        """        stored.open = inbox.state == InboxState.NEW
        tables.delivered.discard((stored.row.source, stored.row.dedupe))
""",
    ),
    "sources share their marks of sameness": Fault(
        "S-52",
        "apply",
        "any((new.source, new.dedupe) in tables.delivered for new in change.inbox)",
        "any(new.dedupe in {dedupe for _, dedupe in tables.delivered} for new in change.inbox)",
    ),
    "a token isn't raised by a claim": Fault(
        "S-53",
        QUEUES,
        "state=InboxState.CLAIMED, token=row.token + 1, attempts=row.attempts + 1",
        "state=InboxState.CLAIMED, token=max(row.token, 1), attempts=row.attempts + 1",
    ),
    "a lease that ran out holds for ever": Fault(
        "S-53",
        QUEUES,
        "if stored.until <= now and len(claimed) < limit:",
        "if stored.until <= now and row.state is InboxState.NEW and len(claimed) < limit:",
    ),
    "a lease ends after its end": Fault(
        "S-53",
        QUEUES,
        "if stored.until <= now and len(claimed) < limit:",
        "if stored.until < now and len(claimed) < limit:",
    ),
    "events of one conversation are claimed together": Fault(
        "S-54", QUEUES, '                busy.update({row.conversation} - {""})\n', ""
    ),
    "events are claimed by their ids": Fault(
        "S-54", QUEUES, "return held.row.received_at, held.row.id", "return held.row.id, held.row.received_at"
    ),
    "events without conversation wait for each other": Fault(
        "S-56", QUEUES, 'busy.update({row.conversation} - {""})', "busy.update({row.conversation})"
    ),
    "an event that failed holds its conversation": Fault(
        "S-55", "apply", "stored.open = inbox.state == InboxState.NEW", "stored.open = inbox.state != InboxState.DONE"
    ),
    "why an event failed isn't kept": Fault(
        "S-55",
        "apply",
        "state=InboxState(inbox.state), error=inbox.error, attempts",
        "state=InboxState(inbox.state), attempts",
    ),
    "tries of an event that failed are forgotten": Fault(
        "S-55", "apply", "attempts = 0 if stored.open else stored.row.attempts", "attempts = 0"
    ),
    "a token isn't compared": Fault(
        "S-57",
        "apply",
        "may_settle_inbox(settled, stored.row.state, stored.row.token)",
        "may_settle_inbox(settled, stored.row.state, settled.token or 0)",
    ),
    "a row that nobody claimed can be settled": Fault(
        "S-58",
        "apply",
        "(stored is not None and may_settle_inbox(settled, stored.row.state, stored.row.token))",
        "(stored is not None and stored.row.token == settled.token)",
    ),
    "what is given back comes again as its lease ends": Fault(
        "S-59", QUEUES, "            stored.until = due_at\n", ""
    ),
    "what is given back comes again at once": Fault(
        "S-59",
        QUEUES,
        "            stored.until = due_at\n",
        "            stored.until = datetime.min.replace(tzinfo=due_at.tzinfo)\n",
    ),
    "whoever lost the lease gives the row back": Fault(
        "S-60",
        QUEUES,
        "(stored.row.state, stored.row.token) != (InboxState.CLAIMED, token):",
        "stored.row.state != InboxState.CLAIMED:",
    ),
    "a list begins with the row that it stands behind": Fault(
        "S-61",
        QUEUES,
        "[row for row in rows if row.id > after and row.state in states]",
        "[row for row in rows if row.id >= after and row.state in states]",
    ),
    "no states mean all": Fault(
        "S-61",
        QUEUES,
        "row.id > after and row.state in states]",
        "row.id > after and (not states or row.state in states)]",
    ),
    "what runs again keeps its old tries": Fault(
        "S-160", "apply", "attempts = 0 if stored.open else stored.row.attempts", "attempts = stored.row.attempts"
    ),
    "what runs again is passed by its conversation": Fault(
        "S-160", "apply", "stored.open = inbox.state == InboxState.NEW", "stored.open = False"
    ),
    "a body is kept for ever": Fault(
        "S-165", "apply", 'row = evolve(row, body=b"", conversation=', "row = evolve(row, conversation="
    ),
    "a body goes with a failure": Fault(
        "S-165", "apply", "error=inbox.error, attempts=attempts)", 'error=inbox.error, attempts=attempts, body=b"")'
    ),
    "what came before somebody waited wakes nobody": Fault(
        "S-164", "apply", "        tables.has_new_rows = True\n", ""
    ),
    "whoever waits isn't woken": Fault("S-164", "apply", "        tables.row_added.notify_all()\n", ""),
    "whoever waits is woken again and again": Fault(
        "S-164", QUEUES, "            self._tables.has_new_rows = False\n", ""
    ),
    "a late row passes the one being processed": Fault(
        "S-62", QUEUES, 'if _is_leased(stored, now)} - {""}', 'if False} - {""}'
    ),
    "what waits for its next try holds rows before it": Fault(
        "S-227", QUEUES, "return held.row.state is InboxState.CLAIMED and held.until > now", "return held.until > now"
    ),
    "events that failed are pruned": Fault(
        "S-191", QUEUES, "if row.state is InboxState.DONE]", "if row.state in _ENDED]"
    ),
    "an event of that very moment is pruned": Fault(
        "S-191", QUEUES, "if row.received_at < before]", "if row.received_at <= before]"
    ),
    "pruned events are known for ever": Fault(
        "S-191",
        QUEUES,
        """            for row in old:
                del self._tables.inbox[row.id]
                self._tables.delivered.discard((row.source, row.dedupe))
""",
        """            for row in old:
                del self._tables.inbox[row.id]
""",
    ),
    "everything old goes at once": Fault("S-192", QUEUES, "for row in done[:limit] if", "for row in done if"),
    "removed events are known for ever": Fault(
        "S-215",
        QUEUES,
        """            for row in came:
                del self._tables.inbox[row.id]
                self._tables.delivered.discard((row.source, row.dedupe))
""",
        """            for row in came:
                del self._tables.inbox[row.id]
""",
    ),
    "whatever a person decides is done": Fault(
        "S-161",
        "apply",
        "may_settle_inbox(settled, stored.row.state, stored.row.token)",
        "(settled.token is None or may_settle_inbox(settled, stored.row.state, stored.row.token))",
    ),
    "an event becomes whatever it is told": Fault(
        "S-162",
        "storage",
        "                check_change(self.tables.specs, change)",
        """                from attrs import evolve
                check_change(self.tables.specs, evolve(change, inbox_settled=None))""",
    ),
}
