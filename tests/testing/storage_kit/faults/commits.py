"""Faults of `commit`."""

from collections.abc import Mapping

from tests.testing.storage_kit.twins import Fault

COMMIT_ALL = "return [self._commit(change) for change in change_sets]"
JUDGE_FIRST = """outcomes = [find_outcome(self.tables, change) for change in change_sets]
            for change, outcome in zip(change_sets, outcomes):
                if outcome is Outcome.COMMITTED:
                    apply_change(self.tables, change)
            return outcomes"""

FAULTS: Mapping[str, Fault] = {
    "an update forgets the unit": Fault(
        "S-01",
        "apply",
        "tables.records[record.kind][record.id] = fill_columns(tables.specs[record.kind], record)",
        """old = tables.records[record.kind].get(record.id, record)
        tables.records[record.kind][record.id] = fill_columns(
            tables.specs[record.kind], evolve(record, unit=old.unit))""",
    ),
    "an update forgets the scope": Fault(
        "S-01",
        "apply",
        "tables.records[record.kind][record.id] = fill_columns(tables.specs[record.kind], record)",
        """old = tables.records[record.kind].get(record.id, record)
        tables.records[record.kind][record.id] = fill_columns(
            tables.specs[record.kind], evolve(record, scope=old.scope))""",
    ),
    "an update forgets the schema": Fault(
        "S-01",
        "apply",
        "tables.records[record.kind][record.id] = fill_columns(tables.specs[record.kind], record)",
        """old = tables.records[record.kind].get(record.id, record)
        tables.records[record.kind][record.id] = fill_columns(
            tables.specs[record.kind], evolve(record, schema=old.schema))""",
    ),
    "an update keeps multi columns": Fault(
        "S-01",
        "apply",
        "tables.records[record.kind][record.id] = fill_columns(tables.specs[record.kind], record)",
        """old = tables.records[record.kind].get(record.id, record)
        tables.records[record.kind][record.id] = fill_columns(
            tables.specs[record.kind], evolve(record, multi={**record.multi, "assignees": old.multi["assignees"]}))""",
    ),
    "an update leaves columns that aren't given as they were": Fault(
        "S-02",
        "apply",
        "tables.records[record.kind][record.id] = fill_columns(tables.specs[record.kind], record)",
        """old = tables.records[record.kind].get(record.id, record)
        tables.records[record.kind][record.id] = fill_columns(
            tables.specs[record.kind], evolve(record, columns={**old.columns, **record.columns}))""",
    ),
    "texts are stored composed": Fault(
        "S-03",
        "apply",
        "tables.records[record.kind][record.id] = fill_columns(tables.specs[record.kind], record)",
        """from unicodedata import normalize
        text = normalize("NFC", str(record.columns.get("state") or "")) or None
        columns = {**record.columns, "state": text} if record.columns.get("state") else record.columns
        tables.records[record.kind][record.id] = fill_columns(
            tables.specs[record.kind], evolve(record, columns=columns))""",
    ),
    "a body is cut at a megabyte": Fault(
        "S-04",
        "apply",
        "tables.records[record.kind][record.id] = fill_columns(tables.specs[record.kind], record)",
        """tables.records[record.kind][record.id] = fill_columns(
            tables.specs[record.kind], evolve(record, body=record.body[:1 << 20]))""",
    ),
    "the version check is lost": Fault(
        "S-05", "apply", "if record.version != version + 1:", "if version == 0 and record.version != 1:"
    ),
    "a version may jump": Fault("S-05", "apply", "if record.version != version + 1:", "if record.version <= version:"),
    "a first version may be any": Fault(
        "S-06", "apply", "if record.version != version + 1:", "if version and record.version != version + 1:"
    ),
    "a batch is judged before any of it is applied": Fault("S-07", "storage", COMMIT_ALL, JUDGE_FIRST),
    "guards of a batch are judged before any of it is applied": Fault("S-10", "storage", COMMIT_ALL, JUDGE_FIRST),
    "NoneLeft is judged before any of its batch is applied": Fault("S-15", "storage", COMMIT_ALL, JUDGE_FIRST),
    "keys are stored before the versions are checked": Fault(
        "S-08",
        "apply",
        "if are_keys_current(tables.keys, tables.blind_indexes(), change) and _are_versions_current(tables, change):",
        """if not are_keys_current(tables.keys, tables.blind_indexes(), change):
        return Outcome.CONFLICT
    tables.keys.update({key.scope: evolve(key, replaces="") for key in change.keys})
    if _are_versions_current(tables, change):""",
    ),
    "an event counts as received although its change set conflicted": Fault(
        "S-08",
        "apply",
        "    if not (\n        _may_settle_inbox_row(tables",
        """    tables.delivered.update((new.source, new.dedupe) for new in change.inbox)
    if not (
        _may_settle_inbox_row(tables""",
    ),
    "a conflict takes the others of the batch with it": Fault(
        "S-09",
        "storage",
        "return [self._commit(change) for change in change_sets]",
        """outcomes = []
            for change in change_sets:
                outcomes.append(Outcome.CONFLICT if Outcome.CONFLICT in outcomes else self._commit(change))
            return outcomes""",
    ),
    "a record twice in a change set isn't expected": Fault(
        "S-224",
        "apply",
        "version = previous.version if previous else _get_stored_version(tables, record.kind, record.id)",
        "version = _get_stored_version(tables, record.kind, record.id)",
    ),
    "guards of version 0 are skipped": Fault(
        "S-11",
        "apply",
        "if isinstance(guard, Guard) and _get_stored_version(",
        "if isinstance(guard, Guard) and guard.version and _get_stored_version(",
    ),
    "a guard is judged with the change set's own records in place": Fault(
        "S-12",
        "apply",
        "_get_stored_version(tables, guard.kind, guard.id) != guard.version:",
        """max([_get_stored_version(tables, guard.kind, guard.id)] + [
            record.version for record in change.records if (record.kind, record.id) == (guard.kind, guard.id)
        ]) != guard.version:""",
    ),
    "NoneLeft is met by any of its filters": Fault(
        "S-13",
        "apply",
        "record_matches(record, guard.where)",
        "any(record_matches(record, {name: value}) for name, value in guard.where.items())",
    ),
    "NoneLeft doesn't see the change set's own records": Fault(
        "S-14",
        "apply",
        "yield from {**tables.records[kind], **changed}.values()",
        "yield from tables.records[kind].values()",
    ),
    "NoneLeft sees what the change set's own records were before": Fault(
        "S-14",
        "apply",
        "yield from {**tables.records[kind], **changed}.values()",
        "yield from (*tables.records[kind].values(), *changed.values())",
    ),
    "NoneLeft takes records of other kinds for its own": Fault(
        "S-14",
        "apply",
        "for (record_kind, id), record in overlay.items() if record_kind == kind}",
        "for (record_kind, id), record in overlay.items()}",
    ),
    "NoneLeft ignores multi columns": Fault(
        "S-13",
        "apply",
        "record_matches(record, guard.where)",
        "record_matches(record, {name: value for name, value in guard.where.items() if name not in record.multi})",
    ),
    "request keys aren't kept": Fault("S-16", "apply", "    if change.request:\n", "    if False:\n"),
    "a request key is used up by a conflict": Fault(
        "S-17",
        "apply",
        "    return Outcome.CONFLICT\n\n\ndef _may_settle_inbox_row",
        """    if change.request:
        tables.requests[change.request] = KeptRequest(request=change.request, entry="", at=None)
    return Outcome.CONFLICT


def _may_settle_inbox_row""",
    ),
    "a repeated request whose records conflict is a conflict": Fault(
        "S-18",
        "apply",
        "    if change.request in tables.requests or any(",
        """    if not _are_versions_current(tables, change):
        return Outcome.CONFLICT
    if change.request in tables.requests or any(""",
    ),
    "change sets are checked one by one, as they are applied": Fault(
        "S-19",
        "storage",
        """            for change in change_sets:
                check_change(self.tables.specs, change)
            return [self._commit(change) for change in change_sets]""",
        """            outcomes = []
            for change in change_sets:
                check_change(self.tables.specs, change)
                outcomes.append(self._commit(change))
            return outcomes""",
    ),
    "lanes and states aren't checked": Fault(
        "S-20",
        "storage",
        "                check_change(self.tables.specs, change)",
        """                from attrs import evolve
                check_change(self.tables.specs, evolve(change, inbox=(), outbox=(), outbox_settled=None))""",
    ),
    "only records of the first kind are stored": Fault(
        "S-21",
        "apply",
        "    for record in change.records:\n        tables.records",
        "    for record in (r for r in change.records if r.kind == change.records[0].kind):\n        tables.records",
    ),
    "a change set without entry leaves a line": Fault(
        "S-22",
        "apply",
        "    if change.entry:\n        _append_entry(tables, change.entry)",
        """    from datetime import UTC, datetime
    _append_entry(tables, change.entry or Entry(
        id="", at=datetime(2021, 1, 1, tzinfo=UTC), actor="", action="", unit=""))""",
    ),
    "an empty batch is refused": Fault(
        "S-22",
        "storage",
        "            for change in change_sets:\n",
        "            assert change_sets\n            for change in change_sets:\n",
    ),
    "counters of a batch are applied twice": Fault(
        "S-100",
        "apply",
        "    add_counters(tables, change.counters)\n",
        "    add_counters(tables, change.counters)\n    add_counters(tables, change.counters[1:])\n",
    ),
    "the first of two counters of one day wins": Fault(
        "S-100",
        "apply",
        "    add_counters(tables, change.counters)\n",
        "    add_counters(tables, {(c.indicator, c.unit, c.day, c.dims): c for c in change.counters[::-1]}.values())\n",
    ),
    "the lock is given up between check and commit": Fault(
        "S-146",
        "storage",
        "            apply_change(self.tables, change)\n",
        """            self.tables.lock.release()
            __import__("time").sleep(0.001)
            self.tables.lock.acquire()
            apply_change(self.tables, change)
""",
    ),
    "the lock is given up while a line is chained": Fault(
        "S-147",
        "apply",
        "    content = entry_bytes(entry)\n",
        """    content = entry_bytes(entry)
    tables.lock.release()
    __import__("time").sleep(0.001)
    tables.lock.acquire()
""",
    ),
    "a thread that fails closes the storage": Fault(
        "S-149",
        "storage",
        "            for change in change_sets:\n",
        """            if any("\\ud800" in record.columns.values() for one in change_sets for record in one.records):
                self.tables.ready = False
                raise ValueError("no such text")
            for change in change_sets:
""",
    ),
}
