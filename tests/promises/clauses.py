"""The clauses of the plan, and which of them later work carries further."""

CLAUSES = (
    *("P-I.1", "P-I.2", "P-I.3"),
    *("P-II.1.a", "P-II.1.b", "P-II.1.c"),
    *("P-II.2.a", "P-II.2.b", "P-II.2.c"),
    *("P-II.3.1.a", "P-II.3.1.b", "P-II.3.1.c", "P-II.3.2.a", "P-II.3.2.b"),
    "P-II.4",
    *("P-III.1.a", "P-III.1.b", "P-III.1.c", "P-III.1.d", "P-III.1.e", "P-III.1.f", "P-III.1.g"),
    *("P-III.2", "P-III.3", "P-III.4", "P-III.5", "P-III.6"),
    *("P-IV.1.a", "P-IV.1.b", "P-IV.2.a", "P-IV.2.b", "P-IV.2.c", "P-IV.3", "P-IV.4"),
)

LATER = {
    "P-III.2": "groups of mass organisations can be founded (kind `mass_organisation`, tested in tests/domain/groups); "
    "importing their members waits for the full registry of groups",
    "P-III.1.g": "conferences with conclusions wait for the rest of the programme room; reports and roll-up stand",
    "P-III.6": "Committee 35's pages without a feed (OpenGraph) wait for a collector; feeds are read for editors, "
    "items with an official source stand",
}
"""Clause -> what is left to later work. A clause may stand here and have a scenario for what is done."""
