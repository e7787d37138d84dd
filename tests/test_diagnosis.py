import json
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from segwidgets.locale.phrases import Phrases
from segwidgets.masks import faults, find_holes, findings, stability_score
from segwidgets.masks.diagnosis import diagnose
from segwidgets.masks.evidence import Evidence
from segwidgets.masks.faults import Advice, Fault
from segwidgets.masks.findings import Finding
from segwidgets.prompts import Prompt
from segwidgets.workshop import make_workshop

GOLDEN = Path(__file__).parent / "data" / "diagnoses.json"
SIZE = (200, 300)
NBSP = "\N{NO-BREAK SPACE}"
STEADY = np.full((256, 256), 9.0, dtype=np.float32)
UNSTEADY = np.random.default_rng(0).normal(0, 1, (256, 256)).astype(np.float32)


def rectangle(x0, y0, x1, y1):
    mask = np.zeros(SIZE, dtype=bool)
    mask[y0:y1, x0:x1] = True
    return mask


OBJECT = rectangle(100, 50, 200, 150)


def candidates(*masks, best=0, prompt=None, predicted_iou=0.95, logits=None, **more):
    each = logits if logits is not None else [STEADY] * len(masks)
    return SimpleNamespace(
        masks=np.array(masks),
        predicted_iou=np.full(len(masks), predicted_iou),
        stability_score=np.array([stability_score(one, SIZE) for one in each]),
        prompt=prompt or Prompt([(150, 100)]),
        best=best,
        **more,
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
    for name in ("predicted_iou", "stability_score"):
        counts = {"predicted_iou": 2, "stability_score": 2, name: 3}
        with pytest.raises(ValueError) as found:  # noqa: PT011
            diagnose(SimpleNamespace(**{**vars(good), name: np.ones(3)}))
        assert str(found.value) == (
            "candidates must hold masks (N, H, W), N predicted_iou and N stability_score, got masks "
            f"{good.masks.shape} with {counts['predicted_iou']} and {counts['stability_score']}"
        )
    with pytest.raises(ValueError, match="lang must be one of"):
        diagnose(good, "fr")
    with pytest.raises(ValueError, match="shape"):
        diagnose(good, image=np.zeros((5, 5, 3), np.uint8))


def golden_cases():
    """Candidates by name: each row of both tables holds for one of them, with one and with several."""
    empty, full = np.zeros(SIZE, dtype=bool), np.ones(SIZE, dtype=bool)
    hole, holes = rectangle(120, 70, 140, 90), rectangle(120, 70, 140, 90) | rectangle(170, 70, 175, 80)
    island = rectangle(20, 20, 30, 30)
    comb = OBJECT.copy()
    comb[40:50, 100:200:4] = comb[150:160, 102:200:4] = True
    grain = OBJECT.copy()
    grain[60:140:8, 110:190:8] = False
    grain[100:120, 130:150] = True
    taller, part = OBJECT | rectangle(100, 150, 200, 190), rectangle(100, 50, 160, 150)
    box, both = Prompt(box=(90, 40, 210, 160)), Prompt([(150, 100), (10, 10)], [1, 0], (90, 40, 210, 160))
    return {
        "alone and clean": candidates(OBJECT),
        "nothing and everything": candidates(empty, full, OBJECT, best=2),
        "the choice is empty": candidates(empty, OBJECT, prompt=box),
        "a part, the context, another region": candidates(
            OBJECT, part, OBJECT | rectangle(60, 150, 240, 200), rectangle(70, 60, 120, 100)
        ),
        "the same with a box": candidates(part, OBJECT, taller, best=1, prompt=box, predicted_iou=0.7),
        "almost the same, and steadier": candidates(
            OBJECT, rectangle(100, 50, 200, 149), taller, logits=[UNSTEADY, STEADY, STEADY], prompt=both
        ),
        "holes": candidates(OBJECT & ~hole, OBJECT & ~holes),
        "islands": candidates(OBJECT | island, OBJECT | island | rectangle(250, 10, 252, 13)),
        "a comb and grain": candidates(comb, grain, best=1),
        "a speck": candidates(OBJECT & ~rectangle(120, 70, 121, 71)),
        "a closer view cuts one off": candidates(part, OBJECT, best=1, cut_off=np.array([False, True])),
        "specks and a hole": candidates(grain & ~rectangle(140, 125, 142, 129), logits=[UNSTEADY]),
    }


def golden_words():
    return {
        f"{name} ({lang})": [
            [found.role, found.title, *found.faults, found.likely_prompt, found.summary]
            for found in diagnose(case, lang)
        ]
        for name, case in golden_cases().items()
        for lang in ("en", "es")
    }


def test_what_is_said_stays_the_same_to_the_letter():
    """Changed on purpose? `python -m tests.test_diagnosis` writes the words anew; read the difference."""
    assert golden_words() == json.loads(GOLDEN.read_text("utf-8"))


def test_each_row_of_the_tables_holds_for_one_of_the_cases():
    masks = [
        Evidence(case, index) for case in golden_cases().values() for index in range(len(case.predicted_iou))
    ]
    assert {findings.finding_of(mask).name for mask in masks} == {row.name for row in findings.FINDINGS}
    found = {fault.name for mask in masks for fault in faults.faults_of(mask)}
    assert found == {row.name for row in faults.FAULTS}


SQUARE = Finding(
    "square",
    role="context",
    holds=lambda mask: mask.index != mask.best and mask.measures.solidity == 1,
    title=lambda mask, tr: "Mask {m} is a rectangle {width} px wide, of mask {best}: {marks}",
    lead=lambda mask, tr: "Mask {m} is a rectangle.",
    use=lambda mask, tr: "Rectangles are {width} px wide here.",
    prompt=lambda mask: Advice(lambda mask, tr: "Point at ({x}, {y}).", region=lambda mask: mask.leak),
    facts=lambda mask, words: {"width": mask.measures.box[2] - mask.measures.box[0]},
)
HEAVY = Fault(
    "heavy on the left",
    holds=lambda mask: bool(mask.measures.area_px) and mask.measures.centroid[0] < 150,
    is_grave=lambda mask: True,
    sentence=lambda mask, tr: "It hangs to the left, at {x0} px.",
    mark=lambda mask, tr: "left at {x0}",
    facts=lambda mask, words: {"x0": round(mask.measures.centroid[0])},
    mend=Advice(lambda mask, tr: "Lean right, at ({x}, {y}).", region=lambda mask: mask.mask),
)


def test_a_finding_that_is_made_up_is_one_row(monkeypatch):
    monkeypatch.setattr(findings, "FINDINGS", (SQUARE, *findings.FINDINGS))
    found = diagnose(candidates(OBJECT, rectangle(100, 50, 240, 150)))[1]
    assert found.title == "Mask 1 is a rectangle 140 px wide, of mask 0: clean contour"
    contour = "Its contour is clean: one piece, without holes."
    assert found.summary == f"Mask 1 is a rectangle. {contour} Rectangles are 140 px wide here."
    assert found.likely_prompt == "Point at (219, 69)."
    assert found.to_dict()["role"] == "context"
    assert diagnose(candidates(OBJECT, OBJECT | rectangle(20, 20, 30, 30)))[1].role == "object"


def test_a_fault_that_is_made_up_is_one_row(monkeypatch):
    monkeypatch.setattr(faults, "FAULTS", (HEAVY, *faults.FAULTS))
    hole = rectangle(120, 70, 123, 74)
    left, right = diagnose(candidates(rectangle(50, 50, 150, 150) & ~hole, OBJECT))
    assert left.title == "Mask 0, the chosen one: left at 100 and 1 hole"
    assert left.faults[0] == "It hangs to the left, at 100 px."
    assert left.faults[-1].startswith("The model rates it 0.95 all the same")
    assert left.likely_prompt.startswith("Lean right, at (")
    assert "It hangs to the left" in left.summary
    assert "left" not in right.title


@pytest.mark.model
def test_a_made_up_finding_and_fault_come_into_the_workshops_report(monkeypatch, tmp_path):
    wide = Finding(**{**vars(SQUARE), "holds": lambda mask: mask.index == 2})
    monkeypatch.setattr(findings, "FINDINGS", (wide, *findings.FINDINGS))
    monkeypatch.setattr(faults, "FAULTS", (Fault(**{**vars(HEAVY), "holds": lambda _: True}), *faults.FAULTS))
    made = make_workshop(prompt=Prompt([(250, 170)]), out=tmp_path / "workshop")
    title = made.diagnoses[2].title
    assert title.startswith("Mask 2 is a rectangle 451 px wide, of mask 1: left at ")
    report = (tmp_path / "workshop" / "README.md").read_text("utf-8")
    assert f"**{title}**" in report
    assert report.count("- It hangs to the left, at ") == 3
    assert "Rectangles are 451 px wide here." in report
    analysis = next((tmp_path / "workshop").rglob("*.json"))
    assert json.loads(analysis.read_text("utf-8"))["masks"][2]["title"] == title


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(golden_words(), ensure_ascii=False, indent=1) + "\n", "utf-8")
    sys.stdout.write(f"{GOLDEN}\n")
