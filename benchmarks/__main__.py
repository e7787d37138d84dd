"""`python -m benchmarks`: the default models against the same weights in plain torch, in one run.

Prints the table, writes results.json beside this file and draws figures/bench.png, which the README shows.
`--quick` only shows that it runs.
"""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Iterator
from pathlib import Path

from benchmarks import curves, plot
from benchmarks.steps import steps
from benchmarks.table import Row, rows
from benchmarks.timing import matrix_product_rate
from segwidgets.ground.processor import processor

FOLDER = Path(__file__).parent


def line(row: Row) -> str:
    plain = "" if row.plain is None else f"{row.plain:.3f} {row.unit}"
    ratio = "" if row.ratio is None else f"{row.ratio:.1f} x"
    met = "yes" if row.met else "NO"
    return f"{row.name:<42}{plain:>12}{row.fast:>10.3f} {row.unit:<4}{ratio:>8}{row.wanted:>12}  {met}"


def limits(table: list[Row], rate: float) -> Iterator[str]:
    """Tell how many times as long as its multiply-adds alone each step takes, at so many G a second."""
    yield f"{'':<42}{'multiply-adds':>14}{'limit':>10}{'plain torch':>14}{'segwidgets':>12}"
    for row in table:
        if row.giga is not None and row.plain is not None:
            least = row.giga / rate
            times = [f"{took / least:.1f} x" for took in (row.plain, row.fast)]
            yield f"{row.name:<42}{row.giga:>12.2f} G{least:>8.3f} s{times[0]:>14}{times[1]:>12}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few repetitions, small grids: a smoke test")
    parser.add_argument("--out", type=Path, help="another folder for results.json and bench.png")
    arguments = parser.parse_args()
    figures = arguments.out or FOLDER.parent / "figures"
    figures.mkdir(parents=True, exist_ok=True)

    print(f"{'':<42}{'plain torch':>12}{'segwidgets':>15}{'ratio':>8}{'asked for':>12}  met")
    measured = []
    for row in rows(arguments.quick):
        print(line(row), flush=True)
        measured.append(row)
    table = [row.as_dict() for row in measured]
    rate = matrix_product_rate()
    name, units = processor()
    print(f"\n{name or platform.machine()} ({', '.join(units) or 'units not told'})")
    print(f"One large float32 product: {rate:.0f} G (10^9) multiply-adds a second: the limit below")
    print("\n".join(limits(measured, rate)))
    print("\nWhat each step brings alone")
    alone = {}
    for name, pair in steps(arguments.quick):
        print(f"{pair.ratio:5.2f} x  {name} ({1e3 * pair.plain:.0f} to {1e3 * pair.fast:.0f} ms)", flush=True)
        alone[name] = {key: round(value, 4) for key, value in pair._asdict().items()}
    grown = {
        "photo_size": curves.over_photo_size(arguments.quick),
        "prompts": curves.over_prompts(arguments.quick),
        "threads": curves.over_threads(arguments.quick),
    }
    rounded = {
        name: {key: [round(value, 4) for value in values] for key, values in curve.items()}
        for name, curve in grown.items()
    }
    results = {
        "machine": {
            "processor": name or platform.machine(),
            "units": units,
            "python": platform.python_version(),
            "giga_multiply_adds_per_second": round(rate, 1),
        },
        "quick": arguments.quick,
        "rows": table,
        "steps": alone,
        "curves": rounded,
    }
    text = json.dumps(results, indent=1) + "\n"
    ((arguments.out or FOLDER) / "results.json").write_text(text, encoding="utf-8")
    plot.draw(table, rate, grown, figures / "bench.png")


if __name__ == "__main__":
    main()
