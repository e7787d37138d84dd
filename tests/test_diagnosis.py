import json
from types import SimpleNamespace

import numpy as np
import pytest

from segwidgets.locale.phrases import Phrases
from segwidgets.masks import find_holes
from segwidgets.masks.diagnosis import diagnose
from segwidgets.prompts import Prompt

SIZE = (200, 300)
NBSP = "\N{NO-BREAK SPACE}"
STEADY = np.full((256, 256), 9.0, dtype=np.float32)
UNSTEADY = np.random.default_rng(0).normal(0, 1, (256, 256)).astype(np.float32)


def rectangle(x0, y0, x1, y1):
    mask = np.zeros(SIZE, dtype=bool)
    mask[y0:y1, x0:x1] = True
    return mask


OBJECT = rectangle(100, 50, 200, 150)


def candidates(*masks, best=0, prompt=None, predicted_iou=0.95, logits=None):
    return SimpleNamespace(
        masks=np.array(masks),
        predicted_iou=np.full(len(masks), predicted_iou),
        low_res_logits=np.array(logits if logits is not None else [STEADY] * len(masks)),
        prompt=prompt or Prompt([(150, 100)]),
        best=best,
    )


def test_part_object_and_context_get_their_roles():
    part, context = rectangle(100, 50, 150, 150), rectangle(60, 20, 240, 180)
    found = diagnose(candidates(part, OBJECT, context, best=1))
    assert [d.role for d in found] == ["part", "object", "context"]
    assert [d.index for d in found] == [0, 1, 2]
    assert found[1].comparison is None
    assert found[0].comparison.miss_px == 5000


def test_a_clean_object_has_no_faults_and_is_called_clean():
    (found,) = diagnose(candidates(OBJECT))
    assert found.faults == ()
    assert found.title == "Mask 0, the chosen one: clean contour"
    assert "only candidate" in found.summary
    assert "one piece, without holes" in found.summary


def test_almost_equal_masks_are_both_the_object():
    found = diagnose(candidates(OBJECT, rectangle(100, 50, 200, 149)))
    assert found[1].role == "object"
    assert "almost the same as mask 0 (IoU 0.99)" in found[1].title


@pytest.mark.parametrize(
    ("leak", "place"),
    [
        (rectangle(100, 150, 200, 200), "mostly at the bottom"),
        (rectangle(100, 0, 200, 50), "mostly at the top"),
        (rectangle(40, 50, 100, 150), "mostly on the left"),
        (rectangle(200, 50, 260, 150), "mostly on the right"),
        (rectangle(200, 150, 260, 200), "mostly at the bottom and on the right"),
        (rectangle(60, 10, 240, 190), "all around"),
    ],
)
def test_a_leak_is_given_in_percent_with_its_place(leak, place):
    mask = OBJECT | leak
    found = diagnose(candidates(OBJECT, mask))[1]
    outside = np.count_nonzero(mask & ~OBJECT) / np.count_nonzero(mask)
    sentence = f"It leaks: {100 * outside:.0f}{NBSP}% of its area lies outside mask 0, {place}."
    assert found.role == "context"
    assert sentence in found.faults
    assert place in found.title


def test_a_leak_below_a_tall_thin_object_is_at_the_bottom():
    rocket = rectangle(145, 20, 155, 180)
    found = diagnose(candidates(rocket, rocket | rectangle(110, 150, 190, 190)))[1]
    assert "mostly at the bottom" in found.title


def test_a_missing_part_is_given_with_its_place_and_a_point_inside_it():
    found = diagnose(candidates(rectangle(100, 50, 200, 100), OBJECT, best=1))[0]
    assert f"It misses 50{NBSP}% of mask 1, mostly at the bottom." in found.faults
    x, y = point_in(found.likely_prompt)
    assert OBJECT[y, x]
    assert y >= 100


def point_in(text):
    x, y = text.split("at (")[1].split(")")[0].split(", ")
    return int(x), int(y)


def test_holes_are_counted_and_the_largest_gets_a_point():
    mask = OBJECT & ~rectangle(120, 70, 140, 90) & ~rectangle(170, 70, 175, 80)
    (found,) = diagnose(candidates(mask))
    assert f"It has 2 holes: 450 px in all, 4.7{NBSP}% of its area; the largest has 400 px." in found.faults
    x, y = point_in(found.likely_prompt)
    assert find_holes(mask, 400)[y, x]
    assert "2 holes" in found.title
    assert "predicted IoU does not show such faults" in found.faults[-1]


def test_islands_are_counted():
    (found,) = diagnose(candidates(OBJECT | rectangle(20, 20, 30, 30)))
    assert f"It has 1 island apart from the rest: 100 px, 1.0{NBSP}% of its area." in found.faults
    x, y = point_in(found.likely_prompt)
    assert 20 <= x < 30
    assert 20 <= y < 30


def test_specks_are_not_called_holes_but_not_hidden_either():
    few = OBJECT & ~rectangle(120, 70, 121, 71)
    (found,) = diagnose(candidates(few))
    assert found.faults == ()
    assert "Its contour is clean but for 1 speck of 1 px." in found.summary
    many = OBJECT.copy()
    many[60:140:8, 110:190:8] = False
    (found,) = diagnose(candidates(many))
    assert found.faults[0] == "It is speckled: 100 holes and islands of less than 6 px each, 100 px in all."


def test_a_ragged_edge_is_found_and_a_straight_one_is_not():
    ragged = OBJECT.copy()
    ragged[40:50, 100:200:4] = True
    ragged[150:160, 102:200:4] = True
    (found,) = diagnose(candidates(ragged))
    assert "ragged" in found.faults[0]
    assert "a ragged edge" in found.title


def test_an_unstable_outline_and_a_doubting_model_are_faults():
    (found,) = diagnose(candidates(OBJECT, logits=[UNSTEADY], predicted_iou=0.7))
    assert any("stability score 0." in fault for fault in found.faults)
    assert any("predicted IoU 0.70" in fault for fault in found.faults)
    assert "clean" not in found.title


def test_a_clean_mask_beyond_an_unstable_choice_is_offered_as_the_object():
    found = diagnose(candidates(OBJECT, OBJECT | rectangle(100, 150, 200, 190), logits=[UNSTEADY, STEADY]))[1]
    assert "may be the whole object" in found.summary
    assert "cannot cut out" not in found.summary


def test_touching_the_border_is_told_from_covering_it():
    touching, covering = OBJECT | rectangle(100, 150, 200, 200), ~OBJECT
    assert f"touches the photo's border (10{NBSP}% of it)" in diagnose(candidates(touching))[0].faults[-1]
    found = diagnose(candidates(covering))[0].faults
    assert f"It covers 100{NBSP}% of the photo's border, as backgrounds do." in found


def test_a_mask_elsewhere_is_neither_part_nor_leak():
    for mask, inside in ((rectangle(10, 10, 60, 60), 0), (rectangle(70, 60, 120, 100), 40)):
        found = diagnose(candidates(OBJECT, mask))[1]
        assert found.role == "context"
        assert f"{inside}{NBSP}% of it lies in mask 0" in found.title


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("best", [0, 1, 2])
def test_empty_and_full_masks_are_diagnosed(lang, best):
    empty, full = np.zeros(SIZE, dtype=bool), np.ones(SIZE, dtype=bool)
    found = diagnose(candidates(empty, full, OBJECT, best=best), lang, np.zeros((*SIZE, 3), np.uint8))
    assert ("empty" if lang == "en" else "vacía") in found[0].title
    for diagnosis in found:
        json.dumps(diagnosis.to_dict(), allow_nan=False)
        for text in (diagnosis.title, diagnosis.summary, diagnosis.likely_prompt, *diagnosis.faults):
            assert text
            assert "{" not in text
            assert "nan" not in text


def test_spanish_is_spanish_with_its_comma_its_space_and_its_plurals():
    mask = OBJECT & ~rectangle(120, 70, 140, 90) & ~rectangle(170, 70, 175, 80)
    prompt = Prompt([(150, 100), (10, 10)], [1, 0], (90, 40, 210, 160))
    found = diagnose(candidates(mask, rectangle(100, 50, 160, 150), prompt=prompt), "es")
    assert (
        f"Tiene 2 agujeros: 450 px en total, el 4,7{NBSP}% de su área; el mayor mide 400 px."
        in found[0].faults
    )
    assert "1 punto de primer plano, 1 punto de fondo y una caja" in found[0].likely_prompt
    assert found[1].title.startswith("La máscara 1 es parcial")
    assert "sobre todo a la derecha" in found[1].summary
    assert "Mask" not in json.dumps([d.to_dict() for d in found])


@pytest.mark.parametrize(
    ("share", "english", "spanish"),
    [
        (0, "0", "0"),
        (0.0003, "0.03", "0,03"),
        (0.0214, "2.1", "2,1"),
        (0.0996, "10", "10"),
        (0.214, "21", "21"),
        (0.9996, "99.9", "99,9"),
        (1, "100", "100"),
    ],
)
def test_percentages_are_rounded_but_never_to_something_false(share, english, spanish):
    assert Phrases("en").percent(share) == f"{english}{NBSP}%"
    assert Phrases("es").percent(share) == f"{spanish}{NBSP}%"


def test_candidates_that_do_not_agree_are_refused():
    good = candidates(OBJECT, OBJECT)
    with pytest.raises(ValueError, match="index from 0 to 1"):
        diagnose(SimpleNamespace(**{**vars(good), "best": 2}))
    with pytest.raises(ValueError, match="N predicted_iou"):
        diagnose(SimpleNamespace(**{**vars(good), "predicted_iou": np.ones(3)}))
    with pytest.raises(ValueError, match="lang must be one of"):
        diagnose(good, "fr")
    with pytest.raises(ValueError, match="shape"):
        diagnose(good, image=np.zeros((5, 5, 3), np.uint8))
