"""The figure of the benchmark: four panels, each title its finding."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.curves import Curve

PLAIN, FAST, WANTED = "#D55E00", "#0072B2", "#000000"  # Okabe-Ito


def draw(rows: list[dict[str, Any]], rate: float, curves: dict[str, Curve], path: Path) -> None:
    """Draw ratios and curves as a PNG, 900 pixels wide; `rate` is what the machine multiplies, G a second."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 7.4), dpi=100, layout="constrained")
    bars, sizes, prompts, threads = figure.subplots(2, 2).ravel()
    _ratios(bars, [row for row in rows if row["ratio"] is not None], rate)
    _photo_size(sizes, curves["photo_size"])
    _prompts(prompts, curves["prompts"])
    _threads(threads, curves["threads"])
    for axes in (bars, sizes, prompts, threads):
        axes.spines[["top", "right"]].set_visible(False)
        axes.title.set_fontsize(10)
    figure.savefig(path)


def _ratios(axes: Any, rows: list[dict[str, Any]], rate: float) -> None:
    broken = [row["name"].replace(", ", "\n").replace("to the", "to\nthe") for row in rows]
    names = [f"{name}: {row['ratio']:.1f} x" for name, row in zip(broken, rows, strict=True)]
    ratios = [row["ratio"] for row in rows]
    axes.barh(names, ratios, color=FAST)
    for place, row in enumerate(rows):
        wanted = float(row["wanted"].split()[0])
        axes.plot([wanted] * 2, [place - 0.45, place + 0.45], color=WANTED, lw=2)
    limits = {at: row["plain"] * rate / row["giga"] for at, row in enumerate(rows) if row["giga"]}
    places = list(limits.values()), list(limits)
    axes.plot(*places, "D", color=WANTED, mfc="white", ms=6, label="limit: multiply-adds alone")
    axes.legend(fontsize=8, frameon=False, loc="lower right")
    axes.set(
        xlim=(0, 1.2 * max(*ratios, *limits.values())),
        xlabel="times faster than plain torch (bar: asked for)",
    )
    axes.invert_yaxis()
    axes.tick_params(axis="y", labelsize=8)
    axes.set_title(f"{min(ratios):.1f} to {max(ratios):.1f} times faster, same weights")


def _lines(axes: Any, x: list[float], series: dict[str, tuple[list[float], str, str]]) -> None:
    for label, (y, color, style) in series.items():
        marker = "o" if color == FAST else "s"
        axes.plot(x[: len(y)], y, style, color=color, marker=marker, ms=4, label=label)
    axes.set(yscale="log", ylabel="seconds")
    axes.legend(fontsize=8, frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2)


def _series(curve: Curve) -> dict[str, tuple[list[float], str, str]]:
    return {
        "encode, torch": (curve["encode_plain"], PLAIN, "-"),
        "encode, segwidgets": (curve["encode"], FAST, "-"),
        "click, torch": (curve["click_plain"], PLAIN, "--"),
        "click, segwidgets": (curve["click"], FAST, "--"),
    }


def _photo_size(axes: Any, curve: Curve) -> None:
    _lines(axes, curve["megapixels"], _series(curve))
    axes.set(xscale="log", xlabel="megapixels")
    encode, click = curve["encode"][-1], curve["click"][-1]
    axes.set_title(f"{curve['megapixels'][-1]:g} megapixels: {encode:.1f} s once, {click:.2f} s a click")


def _prompts(axes: Any, curve: Curve) -> None:
    _lines(
        axes,
        curve["prompts"],
        {"torch": (curve["plain"], PLAIN, "-"), "segwidgets": (curve["fast"], FAST, "-")},
    )
    axes.set(xscale="log", xlabel="clicks on one photo, encoder included")
    axes.set_title(f"{curve['prompts'][-1]:.0f} clicks in {curve['fast'][-1]:.0f} s")


def _threads(axes: Any, curve: Curve) -> None:
    _lines(axes, curve["threads"], _series(curve))
    axes.set(xlabel="threads", xticks=curve["threads"])
    gain = curve["encode"][0] / curve["encode"][-1]
    axes.set_title(f"A second thread: encoding {gain:.1f} times faster")
