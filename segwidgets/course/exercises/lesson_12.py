"""Exercises of lesson 12: calibration error, temperature, the price of silence, what breaks whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from segwidgets.course.judges import what_is
from segwidgets.course.mistakes import SHARE, Task, arrays, as_number, numbers, read_array, twisted
from segwidgets.course.registry import N_, KnownMistake, Mistake, NotYet, exercise
from segwidgets.locale.phrases import Phrases

_BINS = 10
Bins = list[
    tuple[int, float, float]
]  # of each bin with pixels: how many, the mean that was said, what came true


def _sayings(*rows: tuple[float, str]) -> tuple[Any, Any]:
    """Return probabilities and whether each came true, from rows as (0.7, "+-")."""
    pairs = [(said, mark == "+") for said, marks in rows for mark in marks]
    pairs = pairs[::2] + pairs[1::2]  # not in order
    return np.array([said for said, _ in pairs]), np.array([true for _, true in pairs])


_SAID = (
    _sayings(
        (0.04, "-----+"),
        (0.27, "----"),
        (0.43, "+-"),
        (0.46, "+"),
        (0.72, "+---"),
        (0.97, "++++++++"),
        (1.0, "+-"),
    ),
    _sayings(
        (0.02, "---"),
        (0.08, "-"),
        (0.25, "+++-"),
        (0.66, "--+"),
        (0.83, "+++"),
        (0.88, "--+-++-"),
        (0.93, "+"),
    ),
    _sayings((0.13, "+--"), (0.37, "+-++"), (0.55, "+"), (0.58, "++++++"), (0.83, "+-"), (1.0, "+++--")),
)


def _bins(said: Any, true: Any, count: int = _BINS) -> Bins:
    """Return those of so many bins in which there are pixels."""
    which = np.minimum((said * count).astype(int), count - 1)
    of = [which == k for k in range(count)]
    return [(int(one.sum()), said[one].mean(), true[one].mean()) for one in of if one.any()]


def _over(formula: Callable[[Any, Any, Any], Any], count: int = _BINS) -> Callable[[Any, Any], Any]:
    """Return a function of what was said and came true, from one of the bins' sizes, means and shares."""

    def of(said: Any, true: Any) -> Any:
        size, mean, share = np.array(_bins(said, true, count)).T
        return formula(size, mean, share)

    return of


def _winners(said: Any, true: Any) -> Any:
    """Return the error of the more probable answer's probability."""
    return _ECE(np.maximum(said, 1 - said), (said > 0.5) == true)


def _of_places(place: float) -> Callable[[Any, Any], Any]:
    """Return the error of a place in each bin, 0 its beginning, in place of what was said."""

    def of(said: Any, true: Any) -> Any:
        which = np.minimum((said * _BINS).astype(int), _BINS - 1)
        return sum(
            abs((k + place) / _BINS - true[which == k].mean()) * (which == k).mean() for k in set(which)
        )

    return of


def _without_one(said: Any, true: Any) -> Any:
    inside = said < 1
    return _ECE(said[inside], true[inside]) * inside.mean()


def _eleven(said: Any, true: Any) -> Any:
    """Return the error with a bin of its own for 1."""
    rest, ones = said < 1, said == 1
    own = abs(1 - true[ones].mean()) * ones.mean() if ones.any() else 0.0
    return _ECE(said[rest], true[rest]) * rest.mean() + own


def _eleventh(said: Any, true: Any) -> Any:
    """Stop as a list of ten does that is asked for its eleventh."""
    sums = np.zeros(_BINS)
    for k in (said * _BINS).astype(int):
        sums[k] += 1
    return _ECE(said, true)


def _weighed(size: Any, mean: Any, share: Any) -> Any:
    return (size * abs(mean - share)).sum() / size.sum()


_ECE = _over(_weighed)
_WEIGHTS = N_("Each bin weighs the same here; it counts by its share of all pixels.")
_CANCEL = N_(
    "What was said too much cancels what was said too little: take each bin's distance without its sign."
)
_PIXELS = N_(
    "This goes pixel by pixel: to say 0.7 of what came true is no error if "
    "it does so seven times out of ten. "
    "Compare in bins."
)
_LAST = N_("1 belongs to the last bin; here it falls into none, or into an eleventh.")


def _no_nan(answer: Any, tr: Phrases) -> float:
    """Return an answer as a number; say where it comes from if it is none (nan)."""
    number = as_number(answer, tr)
    if np.isnan(number):
        raise KnownMistake(
            tr.gettext("This is not a number (nan): a bin without pixels has no mean, leave it out.")
        )
    return number


CALIBRATION = Task(
    _ECE,
    _SAID,
    (
        Mistake(_over(lambda size, mean, share: abs(mean - share).mean()), _WEIGHTS),
        Mistake(_over(lambda size, mean, share: abs(mean - share).sum() / _BINS), _WEIGHTS),
        Mistake(
            _over(lambda size, mean, share: abs(mean - share).sum()),
            N_("The bins' distances are added up; each is to count by its share of all pixels."),
        ),
        Mistake(_over(lambda size, mean, share: (size * (mean - share)).sum() / size.sum()), _CANCEL),
        Mistake(_over(lambda size, mean, share: (size * (share - mean)).sum() / size.sum()), _CANCEL),
        Mistake(
            lambda said, true: abs(said.mean() - true.mean()),
            N_("This compares the whole photo at once; too much in one bin cancels too little in another."),
        ),
        Mistake(
            _over(lambda size, mean, share: (size * (mean - share) ** 2).sum() / size.sum()),
            N_("The distances are squared here; take them as they are, without their sign."),
        ),
        Mistake(
            _over(lambda size, mean, share: np.sqrt((size * (mean - share) ** 2).sum() / size.sum())),
            N_("This is the root of the mean square; the mean of the distances themselves is asked for."),
        ),
        Mistake(
            _over(lambda size, mean, share: abs(mean - share).max()),
            N_("This is the worst bin alone; all of them count, each by its share of all pixels."),
        ),
        Mistake(
            _over(lambda size, mean, share: (size * abs(mean - share)).sum()),
            N_("This grows with the number of pixels: divide the sum by how many there are."),
        ),
        Mistake(
            _over(lambda size, mean, share: (size * abs(mean - share)).sum() / _BINS),
            N_("The weighted sum is divided by the number of bins; divide it by the number of pixels."),
        ),
        Mistake(
            _over(lambda size, mean, share: (size * abs(mean - share)).mean()),
            N_("The weighted sum is divided by the number of bins; divide it by the number of pixels."),
        ),
        *(
            Mistake(
                _of_places(place),
                N_(
                    "The bin's middle, or its edge, stands for what was said; take "
                    "the mean of what was said in it."
                ),
            )
            for place in (0.5, 0, 1)
        ),
        *(
            Mistake(_over(_weighed, count), N_("These are not ten bins of equal width, each a tenth wide."))
            for count in (5, 20)
        ),
        Mistake(_without_one, _LAST),
        Mistake(
            lambda said, true: _ECE(said[said < 1], true[said < 1]),
            _LAST,
        ),
        Mistake(_eleven, _LAST),
        Mistake(_eleventh, _LAST),
        Mistake(
            lambda said, true: abs(said - true).mean(),
            _PIXELS,
        ),
        Mistake(
            lambda said, true: ((said - true) ** 2).mean(),
            _PIXELS,
        ),
        Mistake(
            _winners,
            N_(
                "This is of the more probable of the two answers; asked for is "
                "what was said, also where it is "
                "below one half."
            ),
        ),
        Mistake(
            lambda said, true: ((said > 0.5) == true).mean(),
            N_("This is how often the answer is right, in which the probabilities do not count."),
        ),
        Mistake(
            lambda said, true: ((said > 0.5) != true).mean(),
            N_("This is how often the answer is wrong, in which the probabilities do not count."),
        ),
        *twisted(_ECE, *SHARE),
    ),
    **numbers(1e-9, decimals=True, read=_no_nan),
)


@exercise("12.1", CALIBRATION)
def calibration_error(answer: Any, tr: Phrases) -> str:
    """Ask for a function that gives the expected calibration error."""
    CALIBRATION.judge(answer, tr)
    return tr.gettext(
        "The diagram in one number; where the bars stand, and on which side, only the picture tells."
    )


TEMPERATURES = np.arange(5, 51) / 10


def _drawn(seed: int, classes: int, hot: float) -> tuple[Any, Any]:
    """Return logits (80, classes) and true classes, for which a temperature of about `hot` is best."""
    rng = np.random.default_rng(seed)
    fair = rng.normal(0, 1.5, (80, classes))
    true = np.array([rng.choice(classes, p=row) for row in _softmax(fair)])
    return np.round(fair * hot, 3), true


def _half_doubtful() -> tuple[Any, Any]:
    """Return logits of which half are right by far, and half wrong by little: there some doubt is best."""
    rows = [[9.0, 1.0, 0.0], [0.5, 0.0, -9.0]] * 20
    return np.array(rows), np.array([0, 1] * 20)


def _softmax(logits: Any, axis: int = 1) -> Any:
    raised = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return raised / raised.sum(axis=axis, keepdims=True)


def _given(probabilities: Any, classes: Any) -> Any:
    """Return the probability of each row's true class."""
    return probabilities[np.arange(len(classes)), classes]


def _log_loss(logits: Any, classes: Any, temperature: Any) -> Any:
    return -np.log(_given(_softmax(logits / temperature), classes)).mean()


Loss = Callable[[Any, Any, Any], Any]


def _coolest(loss: Loss, pick: Callable[..., Any] = np.nanargmin) -> Callable[[Any, Any], Any]:
    """Return what gives the temperature with the lowest loss."""
    return lambda logits, classes: TEMPERATURES[
        pick([loss(logits, classes, temperature) for temperature in TEMPERATURES])
    ]


_BEST = _coolest(_log_loss)
_FIRST = N_(
    "This always ends at the first temperature. Which class is first never changes, so the winner cannot "
    "tell: does the true class's probability count, of logits that are divided before softmax?"
)
_LAST_OF_ALL = N_(
    "This always ends at the last temperature. Do all classes count, in place of the true one alone, or is "
    "the lowest probability taken for the lowest loss?"
)
_HIGHEST = N_("This is where the loss is highest: log of a probability is negative; is the minus there?")
TEMPERATURE = Task(
    _BEST,
    (_drawn(1, 3, 2.2), _drawn(2, 4, 0.8), _drawn(3, 2, 3.3), _half_doubtful()),
    (
        Mistake(
            _coolest(lambda z, c, t: _log_loss(z * t, c, 1)),
            N_("The logits are multiplied by the temperature here; they are divided by it."),
        ),
        Mistake(_coolest(_log_loss, np.nanargmax), _HIGHEST),
        Mistake(
            lambda z, c: int(np.argmin([_log_loss(z, c, t) for t in TEMPERATURES])),
            N_("This is a place in the list; asked for is the temperature that stands there."),
        ),
        Mistake(
            lambda z, c: min(_log_loss(z, c, t) for t in TEMPERATURES),
            N_("This is the lowest loss itself; at which temperature is it reached?"),
        ),
        Mistake(
            _coolest(lambda z, c, t: -_given(_softmax(z / t), c).mean()),
            N_("There is no logarithm here: it is what makes a sure error expensive."),
        ),
        Mistake(lambda z, c: TEMPERATURES[0], _FIRST),
        Mistake(
            _coolest(lambda z, c, t: -np.log(_given(_softmax(z / t, 0), c)).mean()),
            N_("The probabilities add up to 1 over the rows; they must do so over the classes: axis=1."),
        ),
        Mistake(
            _coolest(lambda z, c, t: ((_softmax(z / t) - np.eye(z.shape[1])[c]) ** 2).sum()),
            N_(
                "These are squares of what is missing to 1; the log loss takes "
                "−log of the true class's probability."
            ),
        ),
        Mistake(
            _coolest(lambda z, c, t: ((1 - _given(_softmax(z / t), c)) ** 2).sum()),
            N_(
                "These are squares of what is missing to 1; the log loss takes "
                "−log of the true class's probability."
            ),
        ),
        Mistake(
            lambda z, c: 1 / _BEST(z, c),
            N_("This is 1 / T: by T the logits are divided."),
        ),
        Mistake(
            lambda z, c: np.log(_BEST(z, c)),
            N_("This is the logarithm of the temperature; the temperature itself is asked for."),
        ),
        Mistake(
            lambda z, c: 1.0,
            N_("1 leaves the logits as they are: try all of TEMPERATURES, and take the best."),
        ),
        Mistake(
            lambda z, c: TEMPERATURES[-1],
            _LAST_OF_ALL,
        ),
    ),
    **numbers(1e-6),
)


@exercise("12.2", TEMPERATURE)
def best_temperature(answer: Any, tr: Phrases) -> str:
    """Ask for a function that gives the temperature with the lowest log loss."""
    TEMPERATURE.judge(answer, tr)
    return tr.gettext(
        "Above 1 the network was too sure, below 1 not sure enough; which class wins stays as it was."
    )


_PRICES = (
    (np.array([0.02, 0.97, 0.55, 0.31, 0.12, 0.83, 0.48, 0.74]), 0.2),
    (np.array([[0.99, 0.93, 0.06], [0.4, 0.03, 0.61], [0.88, 0.11, 0.25]]), 0.08),
    (np.array([0.45, 0.52, 0.41, 0.9, 0.2, 0.58, 0.05]), 0.55),  # silence is dearer than a guess
    (np.array([0.35, 0.62, 0.28, 0.71, 0.5 + 1e-3, 0.93, 0.14]), 0.36),
)


def _decide(said: Any, price: float) -> Any:
    return np.where(np.minimum(said, 1 - said) > price, -1, _guess(said))


def _guess(said: Any) -> Any:
    return (said > 0.5).astype(int)


def _renamed(yes: int, no: int, silence: int) -> Callable[[Any, float], Any]:
    return lambda said, price: np.array([no, yes, silence])[_decide(said, price)]


def _read_decision(answer: Any, tr: Phrases) -> Any:
    array = read_array(answer, tr)
    if array.dtype == np.bool_:
        raise KnownMistake(
            tr.gettext("These are truth values, which know two answers; asked for are three: 1, 0 and −1.")
        )
    if array.dtype.kind == "f" and np.isnan(array).any():
        raise KnownMistake(tr.gettext("Silence is written as −1 here, not as nan."))
    return array


def _say_decision(one: Any, right: Any, case: Any, tr: Phrases) -> None:
    said, price = case
    if one.shape != right.shape:
        text = tr.gettext("The answer is to have the shape of what was given, {wanted}; this one has {got}.")
        raise NotYet(text.format(wanted=right.shape, got=one.shape))
    place = np.unravel_index(int((one != right).argmax()), right.shape)
    text = tr.gettext(
        "At a price of {price} and with {said} said, {one} is not the cheapest: "
        "what do 1, 0 and −1 cost there, each?"
    )
    raise NotYet(
        text.format(
            price=tr.general(price), said=tr.general(float(said[place])), one=tr.general(float(one[place]))
        )
    )


_ONE_SIDE = N_(
    "Only one of the two answers is ever given, besides silence: to be sure "
    "that it is no object is an answer, too."
)
_PRICE = N_(
    "The price is held against how sure one is; hold it against what a wrong answer costs on average."
)
_SILENT = N_("Nothing is ever left unsaid; where doubt costs more than the price, answer −1.")
_NAMES = N_(
    'The answers are named otherwise: 1 stands for "object", 0 for "not object", −1 for "I do not know".'
)
_DEAR = N_(
    "Where silence costs more than one half, both answers may seem cheap enough: "
    "then the likelier of the two is cheaper."
)
_DECIDED = Task(
    _decide,
    _PRICES,
    (
        Mistake(lambda said, price: np.where(1 - said <= price, 1, -1), _ONE_SIDE),
        Mistake(lambda said, price: np.where(said <= price, 0, -1), _ONE_SIDE),
        Mistake(
            lambda said, price: (said >= 1 - price).astype(int),
            N_(
                'What is not sure enough is called "not object" here: that may '
                "be wrong as well; leave it at −1."
            ),
        ),
        Mistake(
            lambda said, price: np.where(said < price, -1, _guess(said)),
            N_("A low probability is not doubt: it says with some sureness that this is no object."),
        ),
        Mistake(
            lambda said, price: np.where(said < 1 - price, -1, _guess(said)),
            _ONE_SIDE,
        ),
        Mistake(
            lambda said, price: np.where(np.maximum(said, 1 - said) < price, -1, _guess(said)),
            _PRICE,
        ),
        Mistake(
            lambda said, price: np.where(np.maximum(said, 1 - said) > price, -1, _guess(said)),
            _PRICE,
        ),
        Mistake(
            lambda said, price: np.where(said >= 1 - price, 1, np.where(said <= price, 0, -1)),
            _DEAR,
        ),
        Mistake(
            lambda said, price: np.where(said <= price, 0, np.where(said >= 1 - price, 1, -1)),
            _DEAR,
        ),
        Mistake(
            lambda said, price: np.where((said > price) & (said < 1 - price), -1, 1 * (said >= 1 - price)),
            _DEAR,
        ),
        Mistake(
            lambda said, price: np.where(abs(said - 0.5) < price, -1, _guess(said)),
            N_(
                "This is silent in a band of the price's width around one half; a "
                "dearer silence should make the band "
                "narrower."
            ),
        ),
        Mistake(
            lambda said, price: np.where(abs(said - 0.5) < price / 2, -1, _guess(said)),
            N_(
                "This is silent in a band of the price's width around one half; a "
                "dearer silence should make the band "
                "narrower."
            ),
        ),
        Mistake(lambda said, price: _guess(said), _SILENT),
        Mistake(
            lambda said, price: np.full(said.shape, -1),
            N_("This is silent everywhere; where an answer costs less than the price, give it."),
        ),
        *(
            Mistake(
                lambda said, price, fixed=fixed: _decide(said, fixed),
                N_("The price plays no part here: the dearer silence is, the less of it there should be."),
            )
            for fixed in (0.1, 0.2, 0.25, 0.3, 0.4)
        ),
        *(
            Mistake(_renamed(*names), _NAMES)
            for names in ((0, 1, -1), (1, -1, 0), (-1, 1, 0), (1, 2, 0), (1, 0, 2))
        ),
        Mistake(
            lambda said, price: np.where(np.minimum(said, 1 - said) < price, -1, _guess(said)),
            N_("This is silent where it is sure, and speaks where it doubts."),
        ),
        Mistake(
            lambda said, price: np.minimum(np.minimum(said, 1 - said), price),
            N_("This is what the cheapest answer costs; which answer is it?"),
        ),
        Mistake(
            lambda said, price: np.where(said * (1 - said) > price, -1, _guess(said)),
            N_(
                'said · (1 − said) is no cost of an answer: "object" is wrong with a probability of 1 − said.'
            ),
        ),
    ),
    **arrays(read=_read_decision, otherwise=_say_decision),
)


@exercise("12.3", _DECIDED)
def the_price_of_silence(answer: Any, tr: Phrases) -> str:
    """Ask for a function that answers, or is silent, wherever it costs least."""
    _DECIDED.judge(answer, tr)
    return tr.gettext("Cheapest on average, if the probabilities hold what they promise.")


NETWORKS = ("deeplab", "sam")
BREAKS = {"noise": "sam", "blur": "sam", "dark": "deeplab"}


@exercise("12.4")
def what_breaks_whom(answer: Any, tr: Phrases) -> str:
    """Ask who loses more by noise, blur and darkness on the motorcycle."""
    if not isinstance(answer, dict):
        text = tr.gettext('A dictionary is asked for, as in {{"noise": "deeplab", …}}; this is {what}.')
        raise NotYet(text.format(what=what_is(answer, tr)))
    if missing := [how for how in BREAKS if how not in answer]:
        raise NotYet(tr.gettext("Nobody is named for {how}.").format(how=missing[0]))
    named = {how: _network(answer[how], tr) for how in BREAKS}
    wrong = [how for how, right in BREAKS.items() if named[how] != right]
    if len(wrong) == len(BREAKS):
        raise KnownMistake(
            tr.gettext(
                "It is the other way round: who loses more of its IoU, and not who withstands it better?"
            )
        )
    if named == dict.fromkeys(BREAKS, "deeplab"):
        raise KnownMistake(
            tr.gettext("So it is on the astronaut's photo; measure noise and blur on the motorcycle's own.")
        )
    if wrong:
        text = tr.gettext(
            "By {how} {network} loses less than the other: compare each with its own clean photo."
        )
        raise KnownMistake(text.format(how=wrong[0], network=named[wrong[0]]))
    return tr.gettext("Not as with the astronaut: what breaks a network depends on the photo as well.")


def _network(named: Any, tr: Phrases) -> str:
    """Return which network was named, or say that it is none."""
    text = str(named).strip().lower()
    if text not in NETWORKS:
        raise NotYet(
            tr.gettext('Name the one that loses more, as text: "deeplab" or "sam"; this is {what}.').format(
                what=what_is(named, tr)
            )
        )
    return text
