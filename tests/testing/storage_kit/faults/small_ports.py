"""Faults in counters, search index, journal, keys, leases, states and maintenance."""

from collections.abc import Mapping

from tests.testing.storage_kit.twins import Fault

COUNTERS = "ports.counters"
JOURNAL = "ports.journal"
KEYS = "ports.keyring"
SEARCH = "ports.search"

FAULTS: Mapping[str, Fault] = {
    "a month begins with its second day": Fault(
        "S-101",
        COUNTERS,
        "if key[2] in days]",
        "if key[2] in days and key[2] != start]",
    ),
    "the last day isn't counted": Fault(
        "S-101", COUNTERS, "if key[2] in days]", "if key[2] in days and key[2] != end]"
    ),
    "months of different years are one": Fault(
        "S-101",
        COUNTERS,
        "if key[2] in months]",
        "if key[2][1] in {month for _, month in months}]",
    ),
    "every unit is counted": Fault(
        "S-102", COUNTERS, "if (indicator, unit) in pairs:", "if indicator in {i for i, _ in pairs}:"
    ),
    "dimensions are added up": Fault(
        "S-102", COUNTERS, "sums[indicator, unit, dims] += amount", 'sums[indicator, unit, ""] += amount'
    ),
    "sums of zero are told": Fault(
        "S-102",
        COUNTERS,
        """                sums[indicator, unit, dims] += amount
        return {key: amount for key, amount in sums.items() if amount}""",
        "                sums[indicator, unit, dims] += amount\n        return dict(sums)",
    ),
    "units that cancel each other out are told": Fault(
        "S-102",
        COUNTERS,
        """            sums[indicator, dims] += amount
        return {key: amount for key, amount in sums.items() if amount}""",
        "            sums[indicator, dims] += amount\n        return dict(sums)",
    ),
    "a rebuild forgets the months": Fault("S-103", COUNTERS, "            self._tables.months.clear()\n", ""),
    "a rebuild adds to what is there": Fault(
        "S-103", COUNTERS, "            self._tables.days.clear()\n            self._tables.months.clear()\n", ""
    ),
    "a rebuild keeps one of two counters of a day": Fault(
        "S-103",
        COUNTERS,
        "            add_counters(self._tables, new)\n",
        "            add_counters(self._tables, set(new))\n",
    ),
    "a period that ends before it starts is empty": Fault(
        "S-104",
        COUNTERS,
        "        pairs = set(product(indicators, units))\n",
        "        pairs = set(product(indicators, units))\n        if end < start:\n            return {}\n",
    ),
    "a month drifts from its days": Fault(
        "S-181",
        COUNTERS,
        "tables.months[month] = tables.months.get(month, 0) + counter.amount",
        "tables.months[month] = tables.months.get(month, 0) + abs(counter.amount)",
    ),
    "together counts one unit only": Fault(
        "S-185",
        COUNTERS,
        "in self.total(indicators, units, start, end).items()",
        "in self.total(indicators, [*units][:1], start, end).items()",
    ),
    "a unit that is asked for twice counts twice": Fault(
        "S-185",
        COUNTERS,
        """        for (indicator, _, dims), amount in self.total(indicators, units, start, end).items():
            sums""",
        """        for (indicator, unit, dims), amount in self.total(indicators, units, start, end).items():
            amount *= 1 + (unit == 'u2')
            sums""",
    ),
    "one clause is enough": Fault(
        "S-105",
        SEARCH,
        "query.matches(terms.terms)",
        "any(TermQuery((clause,), query.excluded).matches(terms.terms) for clause in query.clauses)",
    ),
    "new terms come on top of the old": Fault(
        "S-106",
        "apply",
        "tables.terms.update({(terms.kind, terms.id): terms for terms in change.search})",
        """for terms in change.search:
        old = tables.terms.get((terms.kind, terms.id))
        tables.terms[terms.kind, terms.id] = evolve(terms, terms=terms.terms + (old.terms if old else ()))""",
    ),
    "the words of a phrase may stand anywhere": Fault(
        "S-107",
        SEARCH,
        "query.matches(terms.terms)",
        """TermQuery(
                    tuple(tuple((word,) for phrase in clause for word in phrase) for clause in query.clauses),
                    query.excluded,
                ).matches(terms.terms)""",
    ),
    "excluded phrases are found": Fault(
        "S-108", SEARCH, "query.matches(terms.terms)", "TermQuery(query.clauses).matches(terms.terms)"
    ),
    "an excluded phrase excludes its words": Fault(
        "S-108",
        SEARCH,
        "query.matches(terms.terms)",
        """TermQuery(
                    query.clauses, tuple((word,) for phrase in query.excluded for word in phrase)
                ).matches(terms.terms)""",
    ),
    "an index has no kinds": Fault("S-109", SEARCH, "if terms.kind == kind and", "if"),
    "an index keeps the first unit": Fault(
        "S-109",
        "apply",
        "tables.terms.update({(terms.kind, terms.id): terms for terms in change.search})",
        """for terms in change.search:
        old = tables.terms.get((terms.kind, terms.id), terms)
        tables.terms[terms.kind, terms.id] = evolve(terms, unit=old.unit)""",
    ),
    "no units mean all in the index": Fault("S-109", SEARCH, "(units is None or", "(not units or"),
    "hits of one moment come in any order": Fault(
        "S-150",
        SEARCH,
        "if before is None or hit < before), reverse=True)",
        "if before is None or hit < before), key=lambda hit: hit.at, reverse=True)",
    ),
    "a page of hits leaves out those of the last one's moment": Fault(
        "S-150", SEARCH, "hit < before)", "hit.at < before.at)"
    ),
    "a page of hits begins with the last one": Fault("S-150", SEARCH, "hit < before)", "hit <= before)"),
    "a page of hits goes on behind what still stands there only": Fault(
        "S-151",
        SEARCH,
        "        return sorted((hit for",
        """        if before is not None and before not in hits:
            return []
        return sorted((hit for""",
    ),
    "any term is looked for": Fault(
        "S-152", SEARCH, "        check_search(query, limit)\n", "        assert limit > 0\n"
    ),
    "a page of no hits is empty": Fault(
        "S-153", SEARCH, "        check_search(query, limit)\n", "        check_search(query, limit or 1)\n"
    ),
    "an index ends after a thousand words": Fault(
        "S-154", SEARCH, "query.matches(terms.terms)", "query.matches(terms.terms[:1000])"
    ),
    "lines begin with 0": Fault("S-110", "apply", "seq=len(tables.journal) + 1", "seq=len(tables.journal)"),
    "a line isn't chained to the one before": Fault(
        "S-110", "apply", "previous = tables.journal[-1].hash if tables.journal else GENESIS", "previous = GENESIS"
    ),
    "an entry loses what it names": Fault(
        "S-117", "apply", "    tables.add_line(line, entry)", "    tables.add_line(line, evolve(entry, named=()))"
    ),
    "an entry comes back with texts for numbers": Fault(
        "S-111",
        "apply",
        "    content = entry_bytes(entry)\n",
        "    content = entry_bytes(evolve(entry, facts={name: str(fact) for name, fact in entry.facts.items()}))\n",
    ),
    "a page of lines begins with the last one": Fault(
        "S-112",
        JOURNAL,
        "self._tables.journal[max(after, 0) : max(after, 0) + limit]",
        "self._tables.journal[max(after - 1, 0) : max(after, 0) + limit]",
    ),
    "a page of lines ends where it pleases": Fault(
        "S-112", JOURNAL, "[max(after, 0) : max(after, 0) + limit]", "[max(after, 0) :]"
    ),
    "looks are told among acts": Fault(
        "S-129", JOURNAL, "if seq > after and (is_act or not acts_only))", "if seq > after)"
    ),
    "looks use up the page of acts": Fault(
        "S-129",
        JOURNAL,
        "            return [self._tables.journal[seq - 1] for seq in islice(numbers, limit)]",
        """            some = [*islice((seq for seq, _ in refs if seq > after), limit)]
            return [self._tables.journal[seq - 1] for seq in numbers if seq in some]""",
    ),
    "a second first key replaces the first": Fault(
        "S-113",
        "apply",
        "if are_keys_current(tables.keys, tables.blind_indexes(), change) and",
        """if (
        not any(key.replaces for key in (*change.keys, *change.sealed_under))
        or are_keys_current(tables.keys, tables.blind_indexes(), change)
    ) and""",
    ),
    "scopes that aren't there are an error": Fault(
        "S-113", KEYS, " for scope in scopes if scope in self._tables.keys}", " for scope in scopes}"
    ),
    "a rewrap doesn't look at what it replaces": Fault(
        "S-114",
        "apply",
        "are_keys_current(tables.keys, tables.blind_indexes(), change)",
        "are_keys_current({s: evolve(k, epoch='e1') for s, k in tables.keys.items()}, tables.blind_indexes(), change)",
    ),
    "a rewrap revives a destroyed key": Fault(
        "S-115",
        "apply",
        "are_keys_current(tables.keys, tables.blind_indexes(), change)",
        """are_keys_current(tables.keys, tables.blind_indexes(), evolve(
        change, keys=tuple(key for key in change.keys if key.scope in tables.keys or not key.replaces)))""",
    ),
    "a key that is gone is destroyed again": Fault(
        "S-115",
        KEYS,
        "return self._tables.keys.pop(scope, None) is not None",
        "return self._tables.keys.pop(scope, None) is None or True",
    ),
    "what is sealed under a destroyed key is stored": Fault(
        "S-190",
        "apply",
        "are_keys_current(tables.keys, tables.blind_indexes(), change)",
        "are_keys_current(tables.keys, tables.blind_indexes(), evolve(change, sealed_under=()))",
    ),
    "keys under an epoch come in any order": Fault(
        "S-116",
        KEYS,
        """            keys = sorted(self._tables.keys.values(), key=lambda key: key.scope)
        return [key for key in keys if key.epoch == epoch][:limit]""",
        """            keys = [*self._tables.keys.values()]
        return [key for key in keys if key.epoch == epoch][:limit]""",
    ),
    "keys under other epochs begin with the last one": Fault(
        "S-116", KEYS, "key.epoch != epoch and key.scope > after]", "key.epoch != epoch and key.scope >= after]"
    ),
    "a rewrap takes the blind index away": Fault(
        "S-204",
        "apply",
        "index = tables.keys[key.scope].blind_index if key.replaces else key.blind_index",
        "index = key.blind_index",
    ),
    "two scopes share a blind index": Fault(
        "S-205",
        "apply",
        "are_keys_current(tables.keys, tables.blind_indexes(), change)",
        "are_keys_current(tables.keys, {}, change)",
    ),
    "a lease is everybody's": Fault(
        "S-120",
        "ports.leases",
        "                if row.holder and row.until > now:\n                    return None\n",
        "",
    ),
    "a lease's token rises with each extension": Fault(
        "S-120",
        "ports.leases",
        "            if row.holder != holder:\n",
        "            if row.holder == holder:\n                row.token += 1\n            if row.holder != holder:\n",
    ),
    "whoever has a lease can't extend it": Fault(
        "S-120",
        "ports.leases",
        "            if row.holder != holder:\n                if row.holder and",
        "            if True:\n                if row.holder and",
    ),
    "a lease's token isn't raised by the next holder": Fault(
        "S-121",
        "ports.leases",
        "row.holder, row.token = holder, row.token + 1",
        "row.holder, row.token = holder, max(row.token, 1)",
    ),
    "a lease that was given back begins anew": Fault(
        "S-121", "ports.leases", 'self._tables.leases[lease.name].holder = ""', "del self._tables.leases[lease.name]"
    ),
    "a lease that was lost is given back all the same": Fault(
        "S-121", "ports.leases", "            if is_lease_held(self._tables, lease):\n", "            if True:\n"
    ),
    "a value is stored over any other": Fault(
        "S-122", "ports.states", "(stored.version if stored else 0) != expected or", "False or"
    ),
    "an empty value is none": Fault(
        "S-122",
        "ports.states",
        "return self._tables.states.get((owner, name))",
        "return (value := self._tables.states.get((owner, name))) and value.body and value or None",
    ),
    "values of two owners are one": Fault(
        "S-122",
        "ports.states",
        "return self._tables.states.get((owner, name))",
        "return next((v for (_, n), v in self._tables.states.items() if n == name), None)",
    ),
    "a fence isn't asked": Fault(
        "S-123", "ports.states", "fence is not None and not is_lease_held(self._tables, fence)", "False"
    ),
    "a fence is asked for its holder only": Fault(
        "S-123",
        "ports.leases",
        'return row is not None and row.holder != "" and row.token == lease.token',
        'return row is not None and row.holder != ""',
    ),
    "a lease that was given back still fences": Fault(
        "S-123", "ports.leases", 'row.holder != "" and row.token == lease.token', "row.token == lease.token"
    ),
    "a check complains of ordinary work": Fault(
        "S-126", "ports.maintenance", "        return []\n", "        return ['odd'] if self._tables.terms else []\n"
    ),
    "what is gathered is stored among the counters": Fault(
        "S-186",
        COUNTERS,
        '        """Do nothing: sums over several units are calculated in each call."""\n',
        """        for units in sets:
            for (indicator, unit, day, dims), amount in [*self._tables.days.items()]:
                if unit in units:
                    self._tables.days[indicator, "+".join(units), day, dims] = amount
""",
    ),
    "a phrase is its first two words": Fault(
        "S-155",
        SEARCH,
        "query.matches(terms.terms)",
        """TermQuery(
                    tuple(tuple(phrase[:2] for phrase in clause) for clause in query.clauses), query.excluded
                ).matches(terms.terms)""",
    ),
    "lines are found by who somebody is": Fault(
        "S-118",
        "tables",
        "        for ref in entry_refs(entry):\n",
        "        for ref in {*entry_refs(entry), *(f'{one.kind}:{one.id}' for one in entry.touched)}:\n",
    ),
}
