"""Which candidate is shown first and why: on made-up candidates, and on the sample photos."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from segwidgets import Candidates, Prompt, Segmenter, segment_semantic
from segwidgets import candidates as choosing
from segwidgets.candidates import Choice, Term, choose_like
from segwidgets.locale.phrases import Phrases
from segwidgets.masks import compare, decode
from segwidgets.semantic import SemanticSegmentation

REFERENCES = json.loads((Path(__file__).parent / "data" / "references.json").read_text(encoding="utf-8"))
COLUMNS = (5, 7, 9)


def made_up(predicted_iou=(0.9, 0.9, 0.9), columns=COLUMNS, prompt=None, rim=None):
    """Candidates that reach from column 2 to another of a 10 x 10 photo, clear of its rim.

    `rim` names a mask that also covers the photo's top row, a quarter of the rim and one pixel more.
    """
    masks = np.zeros((len(columns), 10, 10), dtype=bool)
    for mask, right in zip(masks, columns, strict=True):
        mask[2:8, 2:right] = True
    if rim is not None:
        masks[rim, 0] = True
    logits = np.zeros((len(columns), 256, 256), dtype=np.float32)
    prompt = prompt or Prompt([(3, 3)])
    return Candidates(prompt, masks, np.array(predicted_iou, dtype=np.float32), logits, np.ones(len(columns)))


def classes(region, width=10, height=10):
    """A class map with a cat (class 1) in a region of rows and columns."""
    class_map = np.zeros((height, width), np.uint8)
    class_map[region] = 1
    return SemanticSegmentation(class_map, ("background", "cat"), {0: 1.0, 1: 1.0})


# the rule for a single click


def test_the_smallest_of_equals_is_not_shown_and_the_reason_says_so():
    candidates = made_up([0.9, 0.85, 0.8])
    assert candidates.best == 1
    assert "mask 0 (0.90), which is the smallest with 18" in candidates.best_reason
    assert "la 0 (0,90), que es la más pequeña" in candidates.explain_best("es")


@pytest.mark.parametrize(("ahead", "best"), [(0.11, 1), (0.13, 0)])
def test_being_the_smallest_costs_twelve_hundredths(ahead, best):
    assert made_up([0.7 + ahead, 0.7, 0.5]).best == best


def test_what_runs_along_the_rim_is_not_shown_and_the_reason_says_so():
    candidates = made_up([0.7, 0.8, 0.99], rim=2)
    assert candidates.best == 1
    assert "mask 2 (0.99), which covers 28\N{NO-BREAK SPACE}% of the photo's border" in candidates.best_reason
    assert "que cubre el 28\N{NO-BREAK SPACE}% del borde" in candidates.explain_best("es")


def test_the_rim_costs_six_times_its_share():
    np.testing.assert_allclose(made_up(rim=1).terms["border"], [0, -6 * 10 / 36, 0])


def test_where_the_predicted_iou_decides_nothing_else_is_said():
    candidates = made_up([0.7, 0.9, 0.8])
    assert candidates.best == 1
    assert candidates.best_reason == (
        "Mask 1 has the highest predicted IoU (0.90) and covers 30\N{NO-BREAK SPACE}% of the photo."
    )


def test_where_two_terms_are_each_enough_the_heavier_is_named():
    candidates = made_up([0.95, 0.85, 0.8], rim=0, columns=(2, 7, 9))  # nothing but the top row: 10 pixels
    assert candidates.best == 1
    assert "of the photo's border" in candidates.best_reason


def test_no_term_knows_how_large_things_are():
    """The same three masks in a photo nine times as large are ranked the same."""
    small = made_up([0.9, 0.8, 0.7])
    large = np.zeros((3, 30, 30), dtype=bool)
    large[:, 10:20, 10:20] = small.masks
    crowded = Candidates(
        Prompt([(13, 13)]), large, small.predicted_iou, small.low_res_logits, small.stability_score
    )
    for name, values in small.terms.items():
        np.testing.assert_array_equal(crowded.terms[name], values)


@pytest.mark.parametrize(
    "prompt", [Prompt([(3, 3), (4, 4)]), Prompt([(3, 3)], [0]), Prompt(box=(1, 1, 9, 9))]
)
def test_of_several_masks_of_any_other_prompt_the_best_rated_is_shown(prompt):
    assert made_up([0.95, 0.9, 0.8], prompt=prompt).best == 0


def test_a_single_mask_says_that_it_is_the_single_answer():
    candidates = made_up([0.9], columns=(7,), prompt=Prompt([(3, 3), (4, 4)]))
    assert candidates.best == 0
    assert "a single answer (predicted IoU 0.90" in candidates.best_reason
    assert "una sola respuesta (IoU predicho 0,90" in candidates.explain_best("es")


# with a class map


def test_a_class_map_ranks_anew_and_says_so():
    candidates = made_up([0.7, 0.9, 0.85])
    seen = candidates.with_semantic(classes(np.s_[2:8, 2:9]))
    assert (candidates.best, seen.best) == (1, 2)
    assert "agrees better with what DeepLab takes for cat under the click (IoU 1.00 against 0.71)" in (
        seen.best_reason
    )
    assert "lo que DeepLab toma por gato bajo el clic (IoU 1,00 frente a 0,71)" in seen.explain_best("es")


def test_the_class_under_the_click_counts_three_tenths_of_its_iou():
    seen = made_up().with_semantic(classes(np.s_[2:8, 2:9]))
    np.testing.assert_allclose(seen.terms["class"], 0.3 * np.array([3, 5, 7]) / 7)


def test_rim_that_belongs_to_the_class_under_the_click_is_no_surroundings():
    candidates = made_up([0.8, 0.85, 0.9], rim=2)
    region = np.zeros((10, 10), bool)
    region[0:8] = True
    seen = candidates.with_semantic(classes(region))
    assert (candidates.best, seen.best) == (1, 2)
    assert seen.terms["class"][2] + seen.terms["border"][2] == pytest.approx(0.3 * seen.under_click.iou[2])


def test_rim_beside_the_class_under_the_click_counts_as_ever():
    region = np.zeros((10, 10), bool)
    region[0:8, 2:9] = True
    seen = made_up(rim=2).with_semantic(classes(region))
    np.testing.assert_allclose(seen.under_click.border, [0, 0, 7 / 36])


def test_a_choice_that_only_the_rim_decided_says_so():
    candidates = made_up([0.9, 0.1, 0.95], rim=2)
    region = np.zeros((10, 10), bool)
    region[2:8, 2:5] = region[0] = region[1, 3] = True
    seen = candidates.with_semantic(classes(region))
    assert (candidates.best, seen.best) == (0, 2)
    assert seen.under_click.iou[0] > seen.under_click.iou[2]
    assert "the photo's border that it covers is cat to DeepLab, too" in seen.best_reason
    assert "también es gato para DeepLab" in seen.explain_best("es")


def test_a_class_map_that_changes_nothing_says_whether_it_agrees():
    candidates = made_up([0.6, 0.9, 0.6])
    agreeing = candidates.with_semantic(classes(np.s_[2:8, 2:7]))
    assert "also the one that agrees best with what DeepLab takes for cat" in agreeing.best_reason
    assert "También es la que mejor coincide" in agreeing.explain_best("es")
    other = candidates.with_semantic(classes(np.s_[2:8, 2:9]))
    assert "more with mask 2 (IoU 1.00 against 0.71), but not by enough" in other.best_reason
    nothing = candidates.with_semantic(classes(np.s_[9:, 9:]))
    assert "none of its classes under the click" in nothing.best_reason
    assert agreeing.best == other.best == nothing.best == 1


def test_only_the_connected_region_under_the_click_counts():
    class_map = np.zeros((10, 10), bool)
    class_map[2:8, 2:5] = class_map[2:8, 7:9] = True
    seen = made_up().with_semantic(classes(class_map))
    np.testing.assert_allclose(seen.under_click.iou, [1, 3 / 5, 3 / 7])


def test_what_was_picked_by_hand_stays():
    picked = made_up([0.7, 0.9, 0.8]).choose(0).with_semantic(classes(np.s_[2:8, 2:9]))
    assert picked.best == picked.chosen == 0
    assert picked.best_reason == "Mask 0 was picked by hand."
    later = made_up([0.7, 0.9, 0.8]).with_semantic(classes(np.s_[2:8, 2:9])).choose(1)
    assert later.best == 1


def test_other_prompts_are_left_as_they_are():
    boxed = made_up([0.9, 0.8, 0.7], prompt=Prompt(box=(1, 1, 9, 9)))
    assert boxed.with_semantic(classes(np.s_[2:8, 2:9])) is boxed


@pytest.mark.parametrize(
    ("semantic", "error", "words"),
    [
        ("cat", TypeError, "as segment_semantic"),
        (classes(np.s_[1:2, 1:2], width=11), ValueError, r"\(10, 10\).*class map of \(10, 11\)"),
    ],
)
def test_a_class_map_of_something_else_is_named(semantic, error, words):
    with pytest.raises(error, match=words):
        made_up().with_semantic(semantic)


def test_a_reason_by_class_needs_a_class_under_the_click():
    for candidates in (made_up(), made_up().with_semantic(classes(np.s_[9:, 9:]))):
        with pytest.raises(ValueError, match=r"^no class map has named what is under the click$"):
            choosing._reason_class(candidates, Phrases("en"), 1)


# a closer view


def test_the_rim_is_a_closer_views_and_what_reaches_it_is_said_to_go_on():
    """Masks within columns 2 to 8 of the photo, seen through a view of columns 0 to 8 and rows 0 to 10."""
    view = replace(made_up([0.9, 0.8, 0.7], columns=(5, 7, 8)), view=(0, 0, 8, 10))
    np.testing.assert_allclose(view.border_share, [0, 0, 6 / 32])
    assert view.cut_off.tolist() == [False, False, True]
    assert made_up(columns=(5, 7, 8)).cut_off.tolist() == [False] * 3
    reasons = [view.choose(index).best_reason for index in range(3)]
    assert reasons[:2] == ["Mask 0 was picked by hand.", "Mask 1 was picked by hand."]
    assert reasons[2] == (
        "Mask 2 was picked by hand. It reaches the rim of the closer view and may go on beyond it: look at a "
        "larger part."
    )


def test_surroundings_in_a_closer_view_are_told_by_its_own_rim():
    view = replace(made_up([0.7, 0.8, 0.99], columns=(5, 7, 8)), view=(0, 0, 8, 10))
    assert view.best == 1
    assert "which covers 19\N{NO-BREAK SPACE}% of the closer view's rim" in view.best_reason


# all of them at once


def test_all_candidates_become_detections_with_their_ratings():
    candidates = replace(made_up([1.02, 0.8, -0.1]), stability_score=np.array([0.9, 0.8, 0.7]))
    detections = candidates.to_detections()
    assert detections.xyxy.tolist() == [[2, 2, right - 1, 7] for right in COLUMNS]
    assert np.array_equal(detections.mask, candidates.masks)
    np.testing.assert_allclose(detections.confidence, [1, 0.8, 0])
    assert detections.class_id.tolist() == [0, 1, 2]
    assert detections["class_name"].tolist() == ["mask_0", "mask_1", "mask_2"]
    assert np.array_equal(detections["predicted_iou"], candidates.predicted_iou)
    assert detections["stability_score"].tolist() == [0.9, 0.8, 0.7]
    detections["predicted_iou"][0] = detections["stability_score"][0] = 0
    assert candidates.predicted_iou[0] > 1
    assert candidates.stability_score[0] == 0.9


# choices with reasons of their own


def most_stable(candidates):
    """A rule that is in no file of the package."""
    best = int(np.argmax(candidates.stability_score))
    return Choice(best, lambda found, words: {"en": "It is firm.", "es": "Es firme."}[words.lang])


def test_a_rule_of_ones_own_chooses_and_gives_its_reason():
    chosen = made_up([0.9, 0.8, 0.7]).choose_by(most_stable)
    assert chosen.best == 0
    assert chosen.chosen is None  # not by hand
    assert (chosen.best_reason, chosen.explain_best("es")) == ("It is firm.", "Es firme.")
    with pytest.raises(IndexError, match="0 to 2, got 3"):
        made_up().choose_by(lambda found: Choice(3, lambda *_: ""))


def test_a_term_is_one_row_that_ranks_and_explains(monkeypatch):
    def likes_the_last(candidates):
        return np.arange(len(candidates)) * 1.0

    def says(candidates, words, rival):
        return f"[{words.lang}] {candidates.best} lies further down than {rival}."

    monkeypatch.setattr(choosing, "TERMS", (*choosing.TERMS, Term("order", likes_the_last, says)))
    candidates = made_up([0.7, 0.9, 0.8])
    assert candidates.best == 2
    assert candidates.terms["order"].tolist() == [0, 1, 2]
    assert candidates.explain_best("es") == "[es] 2 lies further down than 1."


def test_a_choice_can_carry_a_reason_that_is_said_in_each_language():
    chosen = made_up().choose(2, lambda found, words: f"{words.lang}: {found.best}")
    assert (chosen.best_reason, chosen.explain_best("es")) == ("en: 2", "es: 2")
    assert chosen.chosen is None
    with pytest.raises(TypeError) as found:
        made_up().choose(2, "because")
    assert str(found.value) == (
        "reason must be a function of the candidates and a language's Phrases that returns a sentence, got "
        "str 'because'"
    )


def test_the_workshops_own_choice_says_its_reason():
    found = np.zeros((10, 10), bool)
    found[2:8, 2:5] = True
    chosen = made_up().choose_by(choose_like(found))
    larger = np.zeros((10, 10), bool)
    larger[2:8, 2:7] = True
    assert [chosen.best, made_up().choose_by(choose_like(larger)).best] == [0, 1]
    assert "agrees most with the object that DeepLab found (IoU 1.00)" in chosen.best_reason
    assert "la que más coincide con el objeto que encontró DeepLab (IoU 1,00)" in chosen.explain_best("es")


@pytest.mark.parametrize(
    "chosen",
    [
        made_up(),
        made_up().choose(2),
        made_up().choose_by(choose_like(np.ones((10, 10), bool))),
        made_up().with_semantic(classes(np.s_[2:8, 2:9])),
    ],
)
def test_candidates_can_be_sent_to_another_process(chosen):
    assert pickle.loads(pickle.dumps(chosen)).best_reason == chosen.best_reason


# the real models


@pytest.mark.model
def test_both_clicks_of_the_lessons_show_the_whole_cat_once_deeplab_has_looked():
    reference = next(o for o in REFERENCES["objects"] if o["object"] == "cat")
    cat = decode(reference["segmentation"])
    segmenter, semantic = Segmenter("cat"), segment_semantic("cat")
    for point in ((250, 170), (164, 149)):
        candidates = segmenter.predict(Prompt([point]))
        assert "of the photo's border" in candidates.best_reason
        seen = candidates.with_semantic(semantic)
        assert compare(seen.best_mask, cat).iou > 0.95
        assert "what DeepLab takes for cat" in seen.best_reason


@pytest.mark.model
def test_ranking_takes_no_time_that_a_hand_would_feel():
    """Under 2 ms of this thread's own time on a sample photo, which a busy machine does not lengthen."""
    from time import thread_time

    segmenter, semantic = Segmenter("cat"), segment_semantic("cat")
    asked = segmenter.predict(Prompt([(250, 170)]))
    times = []
    for _ in range(10):
        start = thread_time()
        assert asked.with_semantic(semantic).best == 1
        times.append(thread_time() - start)
    assert min(times) < 0.002
