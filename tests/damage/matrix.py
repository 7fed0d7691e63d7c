"""The damage matrix and its cells, which are tried in one process or in several."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.queues import Queue
from random import Random

from attrs import frozen
from tests.damage.acts import ACTS, Observation
from tests.damage.damages import Damage, iter_damages
from tests.damage.rules import DamagedPart, Verdict, find_fault
from tests.damage.world import OpenedTown, Town
from tests.domain.audit.altered_store import Database


@frozen
class Cell:
    """A cell of the damage matrix: a damage, and an act over the damaged town."""

    damage: Damage
    act: str


@frozen
class CellResult:
    """The verdict on a cell of the damage matrix.

    Attributes:
        damage: name of the damage.
        word: word of the verdict.
        fault: a sentence; "" if the verdict follows the rules.
    """

    damage: str
    what: DamagedPart
    act: str
    word: str
    fault: str


@frozen
class Matrix:
    """The town, and the observation of each act over the undamaged town."""

    town: Town
    whole: dict[str, Observation]

    @classmethod
    def of(cls, town: Town) -> "Matrix":
        return cls(town, {name: _observe_act(town, name, None) for name in ACTS})

    def cells(self) -> list[Cell]:
        """Return a cell for each damage of the town and each act.

        Raises:
            LookupError: the town has no record of a kind.
        """
        return [Cell(damage, act) for damage in iter_damages(self.town) for act in ACTS]

    def try_cell(self, cell: Cell) -> CellResult:
        """Carry out the cell's act over a copy of the town with the cell's damage, and compare the verdict with the
        rules.
        """
        damage = cell.damage
        try:
            after = _observe_act(self.town, cell.act, damage)
            verdict = ACTS[cell.act].judge(self.whole[cell.act], after, damage)
        except Exception as error:  # noqa: BLE001  an act that raises, or an app that doesn't open, is a fault
            verdict = Verdict("raised", f"{type(error).__name__}: {error}")
        fault = find_fault(damage, cell.act, verdict)
        return CellResult(str(damage), damage.what, cell.act, verdict.word, fault)

    def run(self, cells: Sequence[Cell], processes: int = 1) -> Iterator[CellResult]:
        """Try cells in the given number of processes, and yield each result, in any order."""
        if processes == 1:
            yield from map(self.try_cell, cells)
            return
        context = get_context("fork")  # Forked processes share the town, which needn't be pickled.
        results: Queue[CellResult] = context.Queue()
        parts = [cells[number::processes] for number in range(processes)]
        workers = [context.Process(target=self._put_results, args=(results, part)) for part in parts]
        for worker in workers:
            worker.start()
        for _ in cells:
            yield results.get()
        for worker in workers:
            worker.join()

    def _put_results(self, results: "Queue[CellResult]", cells: Sequence[Cell]) -> None:
        for cell in cells:
            results.put(self.try_cell(cell))


@contextmanager
def open_copy(town: Town, damage: Damage | None) -> Iterator[OpenedTown]:
    """Open an app over a copy of the town, damaged if a damage is given."""
    database: Database = town.database.copy()
    try:
        if damage is not None:
            damage.apply(database)
        opened = town.open(database)
        with opened.app:
            yield opened
    finally:
        database.remove()


def _observe_act(town: Town, act: str, damage: Damage | None) -> Observation:
    with open_copy(town, damage) as opened:
        return ACTS[act].observe(opened, town, damage)


def choose_pairwise(cells: Sequence[Cell], seed: int) -> list[Cell]:
    """Return cells that pair each kind with each act and each sort of damage, and each sort of damage with each act."""
    random = Random(seed)
    by_kind: dict[str, dict[DamagedPart, list[Damage]]] = {}
    for cell in cells:
        damages = by_kind.setdefault(cell.damage.kind, {}).setdefault(cell.damage.what, [])
        if cell.damage not in damages:
            damages.append(cell.damage)
    chosen = []
    for turn, whats in enumerate(by_kind.values()):
        for number, act in enumerate(ACTS):
            sorts = [*whats]
            chosen.append(Cell(random.choice(whats[sorts[(turn + number) % len(sorts)]]), act))
    return chosen
