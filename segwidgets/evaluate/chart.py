"""The chart: mean IoU by click, ours with its interval, beside the best rated mask and the best of three."""

from __future__ import annotations

import io
from typing import Any

from segwidgets.drawing import style
from segwidgets.evaluate.evaluation import Evaluation
from segwidgets.evaluate.figures import THRESHOLDS
from segwidgets.locale.languages import DEFAULT
from segwidgets.locale.phrases import Phrases


def draw_chart(evaluation: Evaluation, lang: str = DEFAULT) -> bytes:
    """Draw the chart.

    Parameters
    ----------
    evaluation : Evaluation
        With at least one object.
    lang : str
        The language of its words.

    Returns
    -------
    bytes
        A PNG, 900 x 440 pixels.
    """
    from matplotlib.figure import Figure

    words = Phrases(lang)
    figure = Figure(figsize=(9, 4.4), dpi=100, layout="constrained")
    curves, bars = figure.subplots(1, 2, width_ratios=(5, 4))
    draw_curves(curves, evaluation, words)
    _share_reached(bars, evaluation, words)
    for axes in (curves, bars):
        axes.spines[["top", "right"]].set_visible(False)
        axes.title.set_fontsize(10.5)
    content = io.BytesIO()
    figure.savefig(content)
    return content.getvalue()


def draw_curves(axes: Any, evaluation: Evaluation, words: Phrases) -> None:
    """Draw the curves of mean IoU by clicks, with the intervals that the table tells, on matplotlib axes."""
    ours = "segwidgets"
    if evaluation.settings.semantic:
        ours = words.gettext("segwidgets with DeepLab's classes")
    ways = {
        "best_of_three": (words.gettext("best of three (by the true mask)"), style.GREEN, "^", ":"),
        "segwidgets": (ours, style.BLUE, "o", "-"),
        "random": (words.gettext("segwidgets, clicks at random inside"), style.SKY_BLUE, "D", "-"),
        "predicted_iou": (words.gettext("highest predicted IoU"), style.VERMILION, "s", "--"),
    }
    for way, (label, color, marker, line) in ways.items():
        means = evaluation.mean_iou(way)
        if means:
            axes.plot(
                list(means), list(means.values()), line, color=_hex(color), marker=marker, ms=5, label=label
            )
    means, interval = evaluation.mean_iou(), evaluation.interval()
    lowest = min(min(evaluation.mean_iou(way).values(), default=1.0) for way in ways)
    if interval:
        lows, highs = zip(*interval.values(), strict=True)
        lowest = min(lowest, *lows)
        # bars and no band: of one click a band would show nothing
        axes.vlines(
            list(interval),
            lows,
            highs,
            colors=_hex(style.BLUE),
            alpha=0.2,
            linewidth=7,
            zorder=1,
            label=words.gettext("segwidgets: 95 % interval"),
        )
    axes.set(
        xlabel=words.gettext("clicks"),
        ylabel=words.gettext("mean IoU"),
        xticks=list(means),
        ylim=(max(0.0, lowest - 0.08), 1.0),
    )
    axes.yaxis.set_major_formatter(lambda value, _: words.decimal(value))
    axes.grid(axis="y", alpha=0.3)
    axes.legend(fontsize=9, frameon=False, loc="lower right")
    last = max(means)
    if last == 1:
        title = words.gettext("One click: mean IoU {first}").format(first=words.decimal(means[1]))
    else:
        title = words.gettext("Mean IoU from {first} at one click to {last} at {clicks}").format(
            first=words.decimal(means[1]), last=words.decimal(means[last]), clicks=last
        )
    axes.set_title(title)


def _share_reached(axes: Any, evaluation: Evaluation, words: Phrases) -> None:
    """Draw by the number of clicks which share of the objects has reached each threshold."""
    most = evaluation.settings.clicks
    colors = dict(zip(THRESHOLDS, ((style.ORANGE, "--"), (style.BLUE, "-")), strict=True))
    for name, threshold in sorted(THRESHOLDS.items(), reverse=True):  # the dashed line over the other
        clicks = sorted(figures.noc[name] for figures in evaluation if figures.reached[name])
        shares = [100 * sum(c <= count for c in clicks) / len(evaluation) for count in range(1, most + 1)]
        ends = [*range(1, most + 1), most + 0.5]
        label = words.gettext("IoU of at least {iou}").format(iou=words.decimal(threshold))
        color, line = colors[name]
        axes.step(ends, [*shares, shares[-1]], line, where="post", color=_hex(color), label=label)
    highest = max(THRESHOLDS)
    never = sum(1 - figures.reached[highest] for figures in evaluation)
    mean = evaluation.summary()["noc"][str(highest)]
    axes.set(
        xlabel=words.gettext("clicks"),
        ylabel=words.gettext("objects (%)"),
        ylim=(0, 103),
        xlim=(1, most + 0.5),
        xticks=sorted({1, *range(5, most + 1, 5), most}) if most > 5 else range(1, most + 1),
    )
    axes.grid(axis="y", alpha=0.3)
    axes.legend(fontsize=9, frameon=False, loc="lower right")
    if never:
        title = words.ngettext(
            "NoC@{threshold}: {mean} clicks; {never} of {all} never reaches it",
            "NoC@{threshold}: {mean} clicks; {never} of {all} never reach it",
            never,
        )
    else:
        title = words.gettext("NoC@{threshold}: {mean} clicks; all {all} reach it")
    mean = words.decimal(mean, 1)
    axes.set_title(title.format(threshold=highest, mean=mean, never=never, all=len(evaluation)))


def _hex(color: style.Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*color)
