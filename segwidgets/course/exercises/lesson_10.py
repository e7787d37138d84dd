"""Exercises of lesson 10: Dice loss, how many weights and how far, normalising, leakage."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np

from segwidgets.course.judges import as_array, judge_number, run, what_is
from segwidgets.course.mistakes import ALWAYS_THE_SAME, COUNT, Task, arrays, as_number, numbers, twisted
from segwidgets.course.registry import N_, KnownMistake, Mistake, NotYet, exercise
from segwidgets.locale.phrases import Phrases


def _pair(seed: int, height: int, width: int, share: float) -> tuple[Any, Any]:
    """Return probabilities and a truth (height, width) that has both values."""
    rng = np.random.default_rng(seed)
    truth = rng.random((height, width)) < share
    truth[0, 0], truth[-1, -1] = True, False
    return np.clip(0.2 + 0.45 * truth + 0.35 * rng.random((height, width)), 0, 1), truth


_PAIRS = (_pair(1, 6, 8, 0.4), _pair(2, 9, 5, 0.15), _pair(3, 7, 7, 0.7))


def _shared(p: Any, t: Any) -> float:
    return float((p * t).sum())


def _right_dice(p: Any, t: Any) -> float:
    return float(1 - 2 * _shared(p, t) / (p.sum() + t.sum()))


def _rounded(p: Any) -> Any:
    return p > 0.5


_ROUNDED = N_("The probabilities were rounded to yes or no; they go in as they are.")
_EACH = N_("This is a loss for each pixel and then their mean; all is summed up first, and divided once.")
DICE = Task(
    _right_dice,
    _PAIRS,
    (
        Mistake(
            lambda p, t: 1 - _right_dice(p, t),
            N_("This is Dice itself, which grows as the mask gets better; the loss is 1 − that."),
        ),
        Mistake(
            lambda p, t: _right_dice(p, t) - 1,
            N_("This is minus Dice: it falls as it should, but lies from −1 to 0; 1 is missing."),
        ),
        Mistake(
            lambda p, t: 1 - _shared(p, t) / (p.sum() + t.sum()),
            N_("What both share counts twice: it is in both sums below."),
        ),
        Mistake(
            lambda p, t: 1 - _shared(p, t) / (p.sum() + t.sum() - _shared(p, t)),
            N_("This is 1 − IoU: below stands the sum of both, and above twice what they share."),
        ),
        Mistake(
            lambda p, t: 1 - 2 * _shared(p, t) / (p.sum() + t.sum() - _shared(p, t)),
            N_("Below stands the sum of both, not their union: nothing is taken off it."),
        ),
        Mistake(lambda p, t: _right_dice(_rounded(p), t), _ROUNDED),
        Mistake(lambda p, t: 1 - 2 * _shared(_rounded(p), t) / (p.sum() + t.sum()), _ROUNDED),
        Mistake(
            lambda p, t: 1 - 2 * _shared(p, t) / (float((p**2).sum()) + t.sum()),
            N_("The probabilities were squared below, as V-Net does; here their plain sum is asked for."),
        ),
        Mistake(
            lambda p, t: 1 - 2 * float((p * t).mean()) / (p.sum() + t.sum()),
            N_("Above stands a mean and below a sum: take the sum in both, or the mean in both."),
        ),
        Mistake(
            lambda p, t: 1 - 2 * _shared(p, t) / (p.mean() + t.mean()),
            N_("Below stand means and above a sum: take the sum in both, or the mean in both."),
        ),
        Mistake(
            lambda p, t: 1 - 2 * float(p.sum()) * float(t.sum()) / (p.sum() + t.sum()),
            N_("The sums were multiplied; multiply pixel by pixel, and sum that."),
        ),
        Mistake(
            lambda p, t: 1 - 2 * _shared(p, t) / p.sum() + t.sum(),
            N_("Parentheses are missing: the whole sum of both stands below the line."),
        ),
        Mistake(
            lambda p, t: (1 - 2 * _shared(p, t)) / (p.sum() + t.sum()),
            N_("Parentheses are too many: 1 is not above the line, the fraction is taken off it."),
        ),
        Mistake(
            lambda p, t: 1 - 2 * _shared(p, t) / (p.size + t.size),
            N_("This divides by the number of pixels; by the sum of both is asked."),
        ),
        Mistake(
            lambda p, t: 1 - 2 * _shared(p, t) / p.size,
            N_("This divides by the number of pixels; by the sum of both is asked."),
        ),
        Mistake(
            lambda p, t: 1 - 2 * _shared(p, t) / p.sum(),
            N_("The truth is missing below the line."),
        ),
        Mistake(
            lambda p, t: 1 - 2 * _shared(p, t) / t.sum(),
            N_("The probabilities are missing below the line."),
        ),
        Mistake(
            lambda p, t: 1 - _shared(p, t) / t.sum(),
            N_("This asks only how much of the truth was found; who says yes everywhere loses nothing."),
        ),
        Mistake(
            lambda p, t: 1 - _shared(p, t) / p.sum(),
            N_("This asks only how much of what was found is true; what was missed costs nothing."),
        ),
        Mistake(lambda p, t: float((1 - 2 * p * t / (p + t)).mean()), _EACH),
        Mistake(lambda p, t: float(np.abs(p - t).mean()), N_("This is the mean difference of the two.")),
        Mistake(
            lambda p, t: float(((p - t) ** 2).mean()), N_("This is the mean of the squared differences.")
        ),
        Mistake(
            lambda p, t: float(-np.where(t, np.log(p), np.log(1 - p)).mean()),
            N_("This is the cross-entropy, the lesson's own loss; asked for is Dice's."),
        ),
        Mistake(
            lambda p, t: 1 - 2 * float(np.minimum(p, t).max()) / (p.sum() + t.sum()),
            N_("Of what both share the largest was taken; their sum is asked for."),
        ),
    ),
    **numbers(2e-6, read=lambda answer, tr: _one_number(answer, tr)),
)


def _one_number(answer: Any, tr: Phrases) -> float:
    """Return an answer as a number; say so if it is a number for each pixel or row."""
    array = as_array(answer)
    if isinstance(array, np.ndarray) and array.size > 1:
        raise KnownMistake(
            tr.gettext(
                "This is {what}, and one number for all is asked for: sum over the whole picture."
            ).format(what=what_is(array, tr))
        )
    return as_number(array, tr)


@exercise("10.1", DICE)
def dice_loss(answer: Any, tr: Phrases) -> str:
    """Ask for a function that gives the Dice loss of probabilities."""
    DICE.judge(answer, tr)
    return tr.gettext("However large the empty photo around it: pixels where both are 0 count nowhere.")


_SIZES = (1, 8, 12, 16, 24, 32)
_HALVED = (2, 2, 0, 0)
_TWICE = [(3, 1, 1, 8), (3, 1, 8, 8)]
_DOWN = [  # the lesson's network, down to the bottom
    layer
    for inputs, outputs in pairwise(_SIZES)
    for layer in (_HALVED, (3, 1, inputs, outputs), (3, 1, outputs, outputs))
][1:]
_NETS = (
    ([(3, 1, 3, 5)],),
    (_TWICE,),
    ([(5, 1, 1, 4), _HALVED, (3, 1, 4, 6)],),
    ([(7, 2, 3, 8), (3, 2, 8, 5), (3, 1, 5, 5), (1, 1, 5, 2)],),
    ([(3, 3, 2, 7), (4, 2, 7, 3), (5, 1, 3, 4), _HALVED],),
    (_DOWN,),
)


def _sides(layers: Any) -> list[tuple[int, int]]:
    """Return kernel and stride of layers, without their channels."""
    return [(kernel, stride) for kernel, stride, _, _ in layers]


def _vague(which: str) -> Callable[[Any, Any, Any, Phrases], None]:
    """Return what says that a number is too much or too little, and of which layers."""

    def say(one: float, right: float, case: Any, tr: Phrases) -> None:
        try:
            judge_number(one, right, tr)
        except NotYet as vague:
            raise NotYet(tr.gettext(which).format(layers=case[0], vague=vague)) from None

    return say


def _weights(layers: Any, of: Callable[..., int] = lambda k, ins, outs: k * k * ins * outs + outs) -> int:
    return sum(of(kernel, inputs, outputs) for kernel, _, inputs, outputs in layers)


WEIGHTS = Task(
    _weights,
    _NETS,
    (
        Mistake(
            lambda layers: _weights(layers, lambda k, ins, outs: k * k * ins * outs),
            N_("Each channel that goes out has one number more, beside its windows."),
        ),
        Mistake(
            lambda layers: _weights(layers, lambda k, ins, outs: k * k * ins * outs + ins),
            N_("One number more comes with each channel that goes out, not with each that comes in."),
        ),
        Mistake(
            lambda layers: _weights(layers, lambda k, ins, outs: (k * k + 1) * ins * outs),
            N_("One number more is added for each window here; it is one for each channel that goes out."),
        ),
        Mistake(
            lambda layers: _weights(layers, lambda k, ins, outs: k * k * ins * outs + 1),
            N_("One number more is added for each layer here; it is one for each channel that goes out."),
        ),
        Mistake(
            lambda layers: _weights(layers, lambda k, ins, outs: k * ins * outs + outs),
            N_("A window has kernel × kernel weights, not kernel."),
        ),
        Mistake(
            lambda layers: _weights(layers, lambda k, ins, outs: 9 * ins * outs + outs),
            N_("Not every window is 3 × 3: its side is the layer's kernel."),
        ),
        Mistake(
            lambda layers: _weights(layers, lambda k, ins, outs: ins * outs + outs),
            N_("The windows are left out: each has kernel × kernel weights."),
        ),
        Mistake(
            lambda layers: _weights(layers, lambda k, ins, outs: k * k * outs + outs),
            N_("Each channel that goes out has a window on every channel that comes in, not one for all."),
        ),
        Mistake(
            lambda layers: _weights(layers, lambda k, ins, outs: k * k * (ins + outs) + outs),
            N_("The channels are added up here; there is a window from each to each: multiply."),
        ),
        *(
            Mistake(
                partial(_weights, of=lambda k, ins, outs, more=more: k * k * ins * outs + (1 + more) * outs),
                N_("The numbers of the normalisations are counted, too; here only those of the layers are."),
            )
            for more in (2, 4)
        ),
        Mistake(
            lambda layers: _weights(layers[:1]),
            N_("Only the first layer's weights are counted: does `return` stand inside the loop?"),
        ),
        Mistake(
            lambda layers: _weights(layers[-1:]),
            N_("Only the last layer's weights are counted: each layer adds its own."),
        ),
        Mistake(
            lambda layers: _weights(layers[:-1]),
            N_("The last layer's weights are missing: the loop ends one too early."),
        ),
        Mistake(
            lambda layers: _field(_sides(layers)),
            N_("The two are the wrong way round: the weights come first, the field of view second."),
        ),
        *twisted(_weights, *COUNT),
    ),
    **numbers(1e-9, otherwise=_vague(N_("Weights of {layers}: {vague}"))),
)


def _field(layers: Any, kernels: Callable[[int], int] = lambda k: k - 1, first: int = 1) -> int:
    field, step = first, 1
    for kernel, stride in layers:
        field += kernels(kernel) * step
        step *= stride
    return field


def _step_first(layers: Any) -> int:
    field, step = 1, 1
    for kernel, stride in layers:
        step *= stride
        field += (kernel - 1) * step
    return field


def _step_added(layers: Any, less: int = 0) -> int:
    field, step = 1, 1
    for kernel, stride in layers:
        field += (kernel - 1) * step
        step += stride - less
    return field


def _step_replaced(layers: Any) -> int:
    field, step = 1, 1
    for kernel, stride in layers:
        field += (kernel - 1) * step
        step = stride
    return field


def _pixels(layers: Any) -> int:
    """Return what a student gets who takes the strides for sizes and divides."""
    field = 1.0
    for kernel, stride in layers:
        field = (field + kernel - 1) * stride
    return int(field)


_MINUS_ONE = N_("Each layer adds kernel − 1, not kernel: the pixel in its middle was there already.")
FIELD = Task(
    _field,
    tuple((_sides(layers),) for (layers,) in _NETS),
    (
        Mistake(
            lambda layers: _field(layers, first=0),
            N_("It begins with 0; a single pixel sees 1, itself."),
        ),
        Mistake(
            _step_first, N_("The stride acts on its own layer here; a layer still takes the step before it.")
        ),
        Mistake(
            lambda layers: _field([(kernel, 1) for kernel, _ in layers]),
            N_("The strides are left out: after halving, a step stands for twice as many pixels."),
        ),
        Mistake(lambda layers: _field(layers, lambda k: k), _MINUS_ONE),
        Mistake(lambda layers: _field(layers, lambda k: k, 0), _MINUS_ONE),
        Mistake(
            lambda layers: sum(kernel for kernel, _ in layers),
            N_("This is the sum of the kernels' sides; each layer adds (kernel − 1) times its step."),
        ),
        Mistake(
            lambda layers: prod(kernel for kernel, _ in layers),
            N_("The kernels were multiplied; each layer adds to what was seen before."),
        ),
        Mistake(
            lambda layers: prod(stride for _, stride in layers),
            N_("This is the step at the end, the product of the strides; asked for is how far it sees."),
        ),
        Mistake(
            _step_added, N_("The strides were added up; each multiplies the step: after 2 and 2 it is 4.")
        ),
        Mistake(
            lambda layers: _step_added(layers, 1),
            N_("The step grows by stride − 1 here; each stride multiplies it: after 2 and 2 it is 4."),
        ),
        Mistake(
            _step_replaced,
            N_("Only the stride just before a layer counts here; all strides before it multiply."),
        ),
        Mistake(
            lambda layers: _field(layers[:1]),
            N_("Only the first layer counts: does `return` stand inside the loop?"),
        ),
        Mistake(
            lambda layers: _field(layers[:-1]), N_("The last layer is missing: the loop ends one too early.")
        ),
        Mistake(lambda layers: _field(layers[1:]), N_("The first layer is missing.")),
        Mistake(
            lambda layers: _field(layers[::-1]),
            N_("This goes backwards, from the last layer to the photo; the list begins at the photo."),
        ),
        Mistake(
            _pixels,
            N_("What was seen before is multiplied by the stride, too; only the steps to come grow."),
        ),
        Mistake(
            lambda layers: _field(layers) ** 2,
            N_("This is the area that it sees; asked for is how many pixels in a row."),
        ),
        Mistake(
            lambda layers: _field(layers) // 2,
            N_("This is how far it sees to one side; asked for are all pixels in a row."),
        ),
        *twisted(_field, *COUNT[:1]),
    ),
    **numbers(1e-9, otherwise=_vague(N_("Receptive field of {layers}: {vague}"))),
)


def _two(answer: Any, tr: Phrases) -> tuple[float, float]:
    """Return what a function gave as its two numbers, or say that they are asked for."""
    if isinstance(answer, dict):
        answer = tuple(answer.values())
    if isinstance(answer, np.ndarray):
        answer = answer.tolist()
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        text = tr.gettext("Two numbers are asked for, `return weights, field`; this is {what}.")
        raise NotYet(text.format(what=what_is(answer, tr)))
    weights, field = (as_number(one, tr) for one in answer)
    return weights, field


@exercise("10.2", WEIGHTS, FIELD)
def how_many_and_how_far(answer: Any, tr: Phrases) -> str:
    """Ask for a function that gives the weights of layers, and their field of view."""
    both: list[Any] = []
    for case in WEIGHTS.cases:
        try:
            both.append(_two(run(answer, tr, *case), tr))
        except NotYet as error:
            if error.__cause__ is None:
                raise
            both.append((error, error))
    for place, task in enumerate((WEIGHTS, FIELD)):
        task.judge_all([one[place] for one in both], tr, ALWAYS_THE_SAME)
    text = tr.gettext(
        "At the bottom of the lesson's U, after {count} weights, a number sees {far} pixels, two coins and "
        "more; the same ten convolutions without halving would see {near}."
    )
    unhalved = [layer for layer in _DOWN if layer != _HALVED]
    return text.format(
        count=tr.general(_weights(_DOWN)), far=_field(_sides(_DOWN)), near=_field(_sides(unhalved))
    )


def _case(seed: int, shape: tuple[int, ...], training: bool) -> tuple[Any, Any, Any, bool]:
    rng = np.random.default_rng(seed)
    channels = shape[1]
    x = rng.normal(size=shape) * rng.uniform(0.5, 3, (1, channels, 1, 1)) + rng.uniform(
        -2, 2, shape[:2] + (1, 1)
    )
    return x, rng.uniform(-1, 1, channels), rng.uniform(0.3, 4, channels), training


_BATCHES = (
    _case(1, (4, 3, 5, 6), True),
    _case(2, (4, 3, 5, 6), False),
    _case(3, (2, 6, 3, 4), True),
    _case(4, (1, 2, 4, 7), False),
)
_BATCH = (0, 2, 3)


def _off(x: Any, mean: Any, variance: Any, root: Callable[[Any], Any] = lambda v: np.sqrt(v + 1e-5)) -> Any:
    """Return (x − mean) / root(variance), each (C,) or already (…, C, 1, 1)."""
    mean, variance = (one.reshape(-1, 1, 1) if np.ndim(one) == 1 else one for one in (mean, variance))
    return (x - mean) / root(variance)


def _own(x: Any, axis: Any = _BATCH, **named: Any) -> Any:
    return _off(x, x.mean(axis=axis, keepdims=True), x.var(axis=axis, keepdims=True, **named))


def _right_norm(x: Any, mean: Any, variance: Any, training: bool) -> Any:
    return _own(x) if training else _off(x, mean, variance)


def _running(x: Any, mean: Any, variance: Any, share: float) -> Any:
    """Return it by the numbers kept, which took in a share of the batch's own before."""
    own, spread = x.mean(axis=_BATCH), x.var(axis=_BATCH)
    return _off(x, mean + share * (own - mean), variance + share * (spread - variance))


def _in_training(makes: Callable[[Any, Any, Any], Any]) -> Callable[..., Any]:
    """Return a mistake that is made in training alone."""
    return lambda x, mean, variance, training: (
        makes(x, mean, variance) if training else _off(x, mean, variance)
    )


def _kept(makes: Callable[[Any, Any, Any], Any]) -> Callable[..., Any]:
    """Return a mistake that is made alone where what was kept is used."""
    return lambda x, mean, variance, training: makes(x, mean, variance) if not training else _own(x)


def _both(makes: Callable[[Any, Any, Any], Any]) -> Callable[..., Any]:
    """Return a mistake that is made with the batch's own numbers and with those kept."""
    return lambda x, mean, variance, training: (
        makes(x, x.mean(axis=_BATCH), x.var(axis=_BATCH)) if training else makes(x, mean, variance)
    )


_NOT_THE_ROOT = N_("This divides by the variance; by its root is asked.")
_NOT_OFF = N_("The mean was not taken off.")
_NOT_DIVIDED = N_("The mean is off, but nothing was divided.")
NORM = Task(
    _right_norm,
    _BATCHES,
    (
        Mistake(
            lambda x, mean, variance, training: _off(x, mean, variance),
            N_("What was kept is used in training, too; there each channel takes the batch's own numbers."),
        ),
        Mistake(
            lambda x, mean, variance, training: _own(x),
            N_("The batch's own numbers are used always: this is the network that nobody told `eval()`."),
        ),
        Mistake(
            lambda x, mean, variance, training: _right_norm(x, mean, variance, not training),
            N_("The switch is the wrong way round: in training the batch's own numbers are used."),
        ),
        Mistake(
            _in_training(lambda x, mean, variance: _own(x, (2, 3))),
            N_(
                "In training each picture was taken by itself; each channel has one mean for the whole batch."
            ),
        ),
        Mistake(
            _in_training(lambda x, mean, variance: _own(x, (1, 2, 3))),
            N_("In training the mean runs over all channels of a picture; each channel has its own."),
        ),
        Mistake(
            _in_training(lambda x, mean, variance: _own(x, None)),
            N_("In training there is one mean for all; each channel has its own."),
        ),
        Mistake(
            _in_training(lambda x, mean, variance: _own(x, 0)),
            N_("In training each place has its own mean; one runs over pictures, rows and columns."),
        ),
        Mistake(
            _in_training(lambda x, mean, variance: _own(x, 1)),
            N_("In training the mean runs over the channels, axis 1; it runs over all other axes."),
        ),
        Mistake(
            _in_training(lambda x, mean, variance: _own(x, ddof=1)),
            N_("The variance was divided by n − 1 (`ddof=1`); that of the whole batch is divided by n."),
        ),
        Mistake(
            _in_training(lambda x, mean, variance: _off(x, x.mean(axis=_BATCH), x.std(axis=_BATCH))),
            N_("In training the deviation (`std`) stands where the variance (`var`) belongs."),
        ),
        Mistake(
            lambda x, mean, variance, training: (
                (x - (x.mean(axis=(0, 1, 2)) if training else mean))
                / np.sqrt((x.var(axis=(0, 1, 2)) if training else variance) + 1e-5)
            ),
            N_("The channels are axis 1 of (N, C, H, W), not the last one."),
        ),
        Mistake(
            _in_training(lambda x, mean, variance: _off(x, x.mean(axis=_BATCH), variance)),
            N_("In training the mean is the batch's own, but the variance the one kept."),
        ),
        Mistake(
            _in_training(lambda x, mean, variance: _off(x, mean, x.var(axis=_BATCH))),
            N_("In training the variance is the batch's own, but the mean the one kept."),
        ),
        *(
            Mistake(
                _in_training(partial(_running, share=share)),
                N_(
                    "In training the batch's own mean and variance are taken, and nothing of those kept: "
                    "these only take in a little of each batch, for later."
                ),
            )
            for share in (0.1, 0.9)
        ),
        Mistake(_both(lambda x, m, v: _off(x, 0 * m, v)), _NOT_OFF),
        Mistake(_kept(lambda x, m, v: _off(x, 0 * m, v)), _NOT_OFF),
        Mistake(_both(lambda x, m, v: _off(x, m, v, lambda v: v + 1e-5)), _NOT_THE_ROOT),
        Mistake(_kept(lambda x, m, v: _off(x, m, v, lambda v: v + 1e-5)), _NOT_THE_ROOT),
        Mistake(_both(lambda x, m, v: _off(x, m, v, lambda v: v)), _NOT_THE_ROOT),
        Mistake(_kept(lambda x, m, v: _off(x, m, v, lambda v: v)), _NOT_THE_ROOT),
        *(
            Mistake(
                _both(partial(_off, root=root)),
                N_("0.00001 is added to the variance, beneath the root."),
            )
            for root in (np.sqrt, lambda v: np.sqrt(v) + 1e-5)
        ),
        Mistake(
            _both(lambda x, m, v: _off(x, m, v, lambda v: np.sqrt(v**2 + 1e-5))),
            N_("The variance was squared before its root was taken; it is a square already."),
        ),
        Mistake(
            _kept(lambda x, m, v: _off(x, m, v, lambda v: np.sqrt(v**2 + 1e-5))),
            N_("The variance was squared before its root was taken; it is a square already."),
        ),
        Mistake(_both(lambda x, m, v: _off(x, m, 0 * v + 1, lambda v: v)), _NOT_DIVIDED),
        Mistake(_kept(lambda x, m, v: _off(x, m, 0 * v + 1, lambda v: v)), _NOT_DIVIDED),
        Mistake(
            _both(lambda x, m, v: _off(x, m, v, lambda v: 1 / np.sqrt(v + 1e-5))),
            N_("It was multiplied by the root; divide by it."),
        ),
        Mistake(
            lambda x, mean, variance, training: (x - mean) / variance,
            N_(
                "`mean` and `variance` (C,) lie along the last axis, the columns: bring them to the shape "
                "(1, C, 1, 1) first."
            ),
        ),
        Mistake(
            _in_training(lambda x, mean, variance: x - x.mean(axis=_BATCH)),
            N_(
                "In training the means (C,) lie along the last axis, the columns: bring them to the shape "
                "(1, C, 1, 1) first, or keep the axes (`keepdims=True`)."
            ),
        ),
    ),
    **arrays(2e-5),
)


@exercise("10.3", NORM)
def batch_normalisation(answer: Any, tr: Phrases) -> str:
    """Ask for a function that normalises a batch in training and afterwards."""
    NORM.judge(answer, tr)
    return tr.gettext("Then PyTorch still multiplies by one learnt weight a channel, and adds another.")


LEAKING = ("A", "C", "E")
WHY_LEAKING = {
    "A": N_("Squares of one photo lie on both sides: a coin cut in two is a neighbour of itself."),
    "C": N_("A frame looks like the one before it, and that one was learnt from."),
    "E": N_(
        "The test photos chose the step: the best of fifty numbers is partly luck, and that is reported."
    ),
}
WHY_SOUND = {
    "B": N_("B keeps each photo on one side before it is cut: nothing seeps through."),
    "D": N_("In D no patient is on both sides: nothing seeps through."),
    "F": N_("In F the test photos did not change the number that is taken off: nothing seeps through."),
}
MISSED = N_("One plan that leaks is missing: {why}")


@exercise("10.4")
def what_seeps_through(answer: Any, tr: Phrases) -> str:
    """Ask in which plans the test was used before."""
    if isinstance(answer, str):
        answer = [letter for letter in answer if letter not in " ,"]
    if isinstance(answer, dict):
        answer = [letter for letter, leaks in answer.items() if leaks]
    if not isinstance(answer, set | frozenset | list | tuple):
        raise NotYet(
            tr.gettext("A set of letters is asked for; this is {what}.").format(what=what_is(answer, tr))
        )
    letters = {str(one).strip().upper() for one in answer}
    known = {*LEAKING, *WHY_SOUND}
    if strange := sorted(letters - known):
        text = tr.gettext("There are the plans A to F, and no {what}.")
        raise NotYet(text.format(what=strange[0]))
    if letters == set(WHY_SOUND):
        raise KnownMistake(
            tr.gettext("These are the sound plans; asked for are those in which something seeps through.")
        )
    for letter, why in WHY_SOUND.items():
        if letter in letters:
            raise KnownMistake(tr.gettext(why))
    for letter, why in WHY_LEAKING.items():
        if letter not in letters:
            raise KnownMistake(tr.gettext(MISSED).format(why=tr.gettext(why)))
    return tr.gettext("And our own half photo: three coins lie on both sides of the line.")
