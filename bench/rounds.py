"""Measuring: everybody in turn, again and again; a ratio is formed within a round, and the median of those counts.

The machine is shared and wobbles; a ratio of two things measured side by side does not. Every act checks its own
result before its time counts.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Candidate:
    """One way to do the work. `act` returns how many it did; the floor is the candidate the others are held against."""

    name: str
    act: Callable[[], int]
    goal: float | None = None  # at most this many times the floor
    before: Callable[[], None] | None = None  # outside the time


@dataclass(frozen=True)
class Row:
    """What came of one candidate."""

    work: str
    name: str
    per_second: float
    milliseconds: float
    ratio: float
    lowest: float
    highest: float
    goal: float | None

    @property
    def verdict(self) -> str:
        """Whether the goal is met."""
        if self.goal is None:
            return ""
        return "met" if self.ratio <= self.goal else "missed"


def measure(work: str, candidates: Sequence[Candidate], rounds: int = 5) -> list[Row]:
    """Run all candidates in turn; the first is the floor. One round before the first warms everything."""
    times: dict[str, list[float]] = {each.name: [] for each in candidates}
    counts: dict[str, int] = {}
    for number in range(rounds + 1):
        for each in candidates:
            if each.before is not None:
                each.before()
            start = time.perf_counter()
            counts[each.name] = each.act()
            taken = time.perf_counter() - start
            if number:
                times[each.name].append(taken / counts[each.name])
    floor = times[candidates[0].name]
    rows = []
    for each in candidates:
        ratios = [own / other for own, other in zip(times[each.name], floor, strict=True)]
        typical = median(times[each.name])
        rows.append(
            Row(
                work,
                each.name,
                1 / typical,
                typical * counts[each.name] * 1000,
                median(ratios),
                min(ratios),
                max(ratios),
                each.goal,
            )
        )
    return rows


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table; ratios are times as long as the floor of the same work."""
    lines = [
        "| work | candidate | each second | ms a run | × floor (lowest to highest) | goal | |",
        "| --- | --- | ---: | ---: | ---: | ---: | --- |",
    ]
    for row in rows:
        goal = "" if row.goal is None else f"≤ {row.goal:g}"
        spread = f"{row.ratio:.2f} ({row.lowest:.2f} to {row.highest:.2f})"
        lines.append(
            f"| {row.work} | {row.name} | {row.per_second:,.0f} | {row.milliseconds:,.1f} | {spread} | {goal} "
            f"| {row.verdict} |"
        )
    return "\n".join(lines)
