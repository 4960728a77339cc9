"""`python -m tests.bench`: the ratios that the project promises, and whether this run is within them."""

import argparse

from bot import logs
from tests.bench import a_days_tick, clauses_open, home, in_process, over_slack, papers, search, start
from tests.bench.measure import Ratio, folder


def main() -> None:
    logs.configure("warning")
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--records", type=int, default=search.RECORDS, help="how many records `search` looks among")
    records: int = parser.parse_args().records
    with folder() as path:
        found = [
            *start.measure(path),
            *over_slack.measure(path),
            *in_process.measure(path),
            *clauses_open.measure(path),
            *a_days_tick.measure(path),
            *search.measure(path, records),
            *papers.measure(path),
            *home.measure(path),
        ]
    print(table(found))


def table(found: list[Ratio]) -> str:
    rows = [("what", "floor", "ours", "ratio", "goal", "")]
    for ratio in found:
        goal = f"≤ {ratio.goal:g}" if ratio.goal is not None else ""
        rows.append((ratio.what, _ms(ratio.floor), _ms(ratio.ours), f"{ratio.ratio:.2f}", goal, ratio.verdict))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for what, *numbers in rows:
        cells = [f"{cell:>{width}}" for cell, width in zip(numbers, widths[1:], strict=True)]
        lines.append("  ".join([f"{what:<{widths[0]}}", *cells]).rstrip())
    return "\n".join(lines)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"


main()
