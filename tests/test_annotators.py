"""Drawing: the right pixels in the right colour, nothing else, and never into the caller's array."""

import numpy as np
import pytest
import supervision as sv
from supervision.annotators.base import BaseAnnotator

from segwidgets.drawing import annotators, style
from segwidgets.drawing.annotators import (
    CutoutAnnotator,
    DefectAnnotator,
    LegendAnnotator,
    PromptAnnotator,
    annotate_classes,
    annotate_mask,
    caption,
    caption_lines,
    class_colors,
    cutout,
    find_defects,
    in_rgb,
    legend,
)
from segwidgets.prompts import Prompt

RED = (255, 0, 0)
HEIGHT, WIDTH = 120, 200


@pytest.fixture
def photo():
    """A red photo: red and blue swapped would show at once."""
    return np.full((HEIGHT, WIDTH, 3), RED, np.uint8)


@pytest.fixture
def mask():
    """A rectangle that keeps clear of the photo's border."""
    mask = np.zeros((HEIGHT, WIDTH), np.bool_)
    mask[30:90, 50:150] = True
    return mask


def detections_of(*masks, **data):
    stack = np.stack(masks)
    return sv.Detections(xyxy=sv.mask_to_xyxy(stack), mask=stack, data=data)


def near(pixel, color, tolerance=2):
    return np.abs(np.asarray(pixel, int) - color).max() <= tolerance


ANNOTATORS = {
    name: kind
    for name in annotators.__all__
    if isinstance(kind := getattr(annotators, name), type) and issubclass(kind, BaseAnnotator)
}
OF_MASKS = {name: kind for name, kind in ANNOTATORS.items() if getattr(kind, "requires_mask", False)}
"""What draws masks is made without arguments here: a new one is tested as soon as it is in `__all__`."""

DRAWN = {
    name: lambda photo, mask, kind=kind: kind().annotate(photo, detections_of(mask))
    for name, kind in OF_MASKS.items()
} | {
    "mask": lambda photo, mask: annotate_mask(photo, mask, style.BLUE),
    "classes": lambda photo, mask: annotate_classes(
        photo, mask.astype(np.uint8), ["background", "cat"], None
    ),
    "prompt": lambda photo, mask: PromptAnnotator(Prompt([(60, 40)], [1], (20, 20, 180, 100))).annotate(
        photo
    ),
    "defects of a reference": lambda photo, mask: DefectAnnotator(~mask).annotate(photo, detections_of(mask)),
    "caption": lambda photo, mask: caption(photo, "a caption"),
    "rgba": lambda photo, mask: cutout(photo, mask),
}


@pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN)
def test_inputs_stay_as_they_were_and_read_only_ones_are_taken(draw, photo, mask):
    photo.setflags(write=False)
    mask.setflags(write=False)
    drawn = draw(photo, mask)
    assert drawn.dtype == np.uint8
    assert not np.shares_memory(drawn, photo)
    assert (photo == RED).all()
    assert mask.sum() == 60 * 100


def test_a_mask_is_filled_at_45_percent_inside_and_touches_nothing_outside(photo, mask):
    drawn = annotate_mask(photo, mask, style.BLUE)
    blend = 0.55 * np.array(RED) + 0.45 * np.array(style.BLUE)
    assert near(drawn[40:80, 60:140], blend)
    assert (drawn[:26] == RED).all()
    assert (drawn[:, 155:] == RED).all()


@pytest.mark.parametrize("color", style.PALETTE)
@pytest.mark.parametrize(("background", "contrast"), [(0, 3), (64, 2), (128, 2), (192, 2), (255, 3)])
def test_the_contour_stands_out_from_any_grey(color, background, contrast, mask):
    drawn = annotate_mask(np.full((HEIGHT, WIDTH, 3), background, np.uint8), mask, color, opacity=0)
    across = drawn[60, 42:58]
    contrasts = [style.contrast_ratio(tuple(map(int, pixel)), (background,) * 3) for pixel in across]
    assert max(contrasts) >= contrast


def test_the_contour_is_two_pixels_wide_within_the_masks_edge(photo, mask):
    drawn = annotate_mask(photo, mask, style.BLUE, opacity=0)
    assert (drawn[60, 50:52] == style.BLUE).all()
    assert near(drawn[60, 49], style.readable_on(style.BLUE))
    assert (drawn[60, :48] == RED).all()
    assert (drawn[60, 53:147] == RED).all()


def test_a_hole_gets_a_contour_of_its_own(photo, mask):
    mask[50:70, 90:110] = False
    drawn = annotate_mask(photo, mask, style.BLUE)
    assert (drawn[60, 100] == RED).all()
    assert any(near(pixel, style.BLUE) for pixel in drawn[60, 84:96])


def test_no_contour_runs_along_the_photos_border(photo):
    drawn = annotate_mask(photo, np.ones((HEIGHT, WIDTH), np.bool_), style.BLUE)
    assert near(drawn, 0.55 * np.array(RED) + 0.45 * np.array(style.BLUE))


def test_specks_are_outlined_only_on_request(photo):
    speck = np.zeros((HEIGHT, WIDTH), np.bool_)
    speck[60, 100] = True
    plain = annotate_mask(photo, speck, style.BLUE)
    ringed = annotate_mask(photo, speck, style.BLUE, outline_specks=True)
    assert (plain != photo).any(axis=2).sum() == 1
    assert (ringed != photo).any(axis=2).sum() > 4


def test_an_empty_mask_changes_nothing(photo):
    assert (annotate_mask(photo, np.zeros((HEIGHT, WIDTH), np.bool_)) == photo).all()


def test_lines_grow_with_the_photo(mask):
    small = annotate_mask(np.zeros((HEIGHT, WIDTH, 3), np.uint8), mask, opacity=0)
    large_mask = mask.repeat(20, axis=0).repeat(20, axis=1)
    large = annotate_mask(np.zeros((*large_mask.shape, 3), np.uint8), large_mask, opacity=0)
    lines = [(row != 0).any(axis=1).sum() for row in (small[60, 40:60], large[1200, 800:1200])]
    assert lines[1] == pytest.approx(lines[0] * 4000 / style.REFERENCE_SIDE, abs=2)


@pytest.mark.parametrize(
    ("image", "mask", "error"),
    [
        (np.zeros((5, 5, 3), np.uint8), np.zeros((5, 6), np.bool_), ValueError),
        (np.zeros((5, 5, 3)), np.zeros((5, 5), np.bool_), TypeError),
        (np.zeros((5, 5), np.uint8), np.zeros((5, 5), np.bool_), ValueError),
        (np.zeros((5, 5, 3), np.uint8), [[True]], TypeError),
    ],
)
def test_images_and_masks_that_do_not_fit_are_refused(image, mask, error):
    for draw in (annotate_mask, cutout):
        with pytest.raises(error, match="must"):
            draw(image, mask)


def test_points_are_told_apart_without_colour(photo):
    shapes = []
    for label in (1, 0):
        drawn = PromptAnnotator(Prompt([(100.5, 60.5)], [label])).annotate(photo)
        shapes.append((drawn != photo).any(axis=2)[48:73, 88:113])
        changed = np.argwhere((drawn != photo).any(axis=2))
        assert np.abs(changed.mean(axis=0) - (60, 100)).max() < 0.5  # centred on the pixel
        assert len(changed) < 600
    disc, cross = shapes
    assert disc[12, 3]  # the disc's left edge, where a cross has a gap
    assert not cross[12, 3]
    assert cross[4, 4]  # the cross's arm, beyond the disc's rim
    assert not disc[4, 4] or disc.sum() > cross.sum()


@pytest.mark.parametrize("level", [0, 128, 255])
@pytest.mark.parametrize("label", [0, 1])
def test_points_show_on_dark_and_light_and_on_their_own_colour(label, level):
    for ground in ((level,) * 3, style.FOREGROUND, style.BACKGROUND):
        scene = np.full((60, 60, 3), ground, np.uint8)
        drawn = PromptAnnotator(Prompt([(30, 30)], [label])).annotate(scene)
        contrasts = [
            style.contrast_ratio(tuple(map(int, p)), ground) for p in drawn[30] if tuple(p) != ground
        ]
        assert max(contrasts) >= 3


def test_marker_colours_are_rgb(photo):
    drawn = PromptAnnotator(Prompt([(60, 60), (140, 60)], [1, 0])).annotate(photo)
    assert near(drawn[66, 60], style.FOREGROUND) or near(drawn[64, 64], style.FOREGROUND)
    assert near(drawn[60, 140], style.BACKGROUND)


def test_the_box_is_a_frame_with_nothing_inside(photo):
    drawn = PromptAnnotator(Prompt(box=(20, 20, 180, 100))).annotate(photo)
    assert any(near(pixel, style.BOX, 30) for pixel in drawn[60, 15:25])
    assert (drawn[30:90, 30:170] == RED).all()
    assert (drawn[:12] == RED).all()


def test_a_prompt_at_the_corner_and_an_empty_one_are_drawn_without_fuss(photo):
    assert PromptAnnotator(Prompt([(0, 0)])).annotate(photo).shape == photo.shape
    assert (PromptAnnotator(Prompt()).annotate(photo) == photo).all()


def test_a_cutout_keeps_the_masks_pixels_and_nothing_else(photo, mask):
    rgba = cutout(photo, mask)
    assert rgba.shape == (HEIGHT, WIDTH, 4)
    assert (rgba[mask] == (*RED, 255)).all()
    assert (rgba[~mask] == 0).all()
    white = CutoutAnnotator(style.WHITE).annotate(photo, detections_of(mask))
    assert (white[mask] == RED).all()
    assert (white[~mask] == 255).all()
    board = CutoutAnnotator().annotate(photo, detections_of(mask, ~mask))
    assert (board == RED).all()
    assert len(np.unique(CutoutAnnotator().annotate(photo, detections_of(mask))[~mask])) == 2


@pytest.fixture
def faulty():
    """A reference, and a mask of it with a hole, an island, a leak and a miss of known size."""
    reference = np.zeros((HEIGHT, WIDTH), np.bool_)
    reference[30:90, 50:150] = True
    mask = reference.copy()
    mask[50:70, 90:110] = False  # hole: 400
    mask[5:15, 5:15] = True  # island: 100
    mask[30:90, 150:160] = True  # leak: 600
    mask[30:90, 50:55] = False  # miss: 300
    return mask, reference


def test_defects_are_found_each_pixel_once(faulty):
    mask, reference = faulty
    alone = find_defects(mask)
    assert {name: d.sum() for name, d in alone.items()} == {"hole": 400, "island": 100}
    against = find_defects(mask, reference)
    assert {n: d.sum() for n, d in against.items()} == {"leak": 600, "miss": 300, "hole": 400, "island": 100}
    assert (sum(d.astype(int) for d in against.values()) == (mask ^ reference)).all()
    assert not any(d.any() for d in find_defects(reference, reference).values())
    ring = reference & ~(mask ^ reference)
    assert find_defects(ring, ring)["hole"].sum() == 0  # a hole that belongs there is none


def test_defects_are_painted_in_their_colours_and_named(faulty, photo):
    mask, reference = faulty
    drawn = DefectAnnotator(reference, legend=False).annotate(photo, detections_of(mask))
    assert drawn.shape == photo.shape
    for name, (row, column) in {
        "hole": (60, 100),
        "island": (10, 10),
        "leak": (60, 155),
        "miss": (60, 52),
    }.items():
        others = [c for n, c in style.DEFECT_COLORS.items() if n != name]
        distance = np.abs(drawn[row, column].astype(int) - style.DEFECT_COLORS[name]).sum()
        assert distance < min(np.abs(drawn[row, column].astype(int) - c).sum() for c in others)
    english = DefectAnnotator(reference).annotate(photo, detections_of(mask))
    spanish = DefectAnnotator(reference, lang="es").annotate(photo, detections_of(mask))
    assert (english[:HEIGHT] == drawn).all()
    assert english.shape[0] > HEIGHT
    assert english.shape != spanish.shape or (english != spanish).any()


def test_a_legend_names_classes_in_its_language(photo, mask, monkeypatch):
    labels = []
    monkeypatch.setattr(annotators, "legend", lambda scene, entries: labels.extend(e[0] for e in entries))
    detections = detections_of(mask, class_name=np.array(["diningtable"]))
    for lang in (None, "en", "es"):
        LegendAnnotator(lang=lang).annotate(photo, detections)
    assert [label.rsplit(" ", 2)[0] for label in labels] == ["diningtable", "dining table", "mesa"]


def test_a_legend_shows_each_colour_beneath_the_photo(photo, mask):
    detections = detections_of(mask, ~mask, class_name=np.array(["gato", "fondo"]))
    drawn = LegendAnnotator([style.BLUE, style.YELLOW]).annotate(photo, detections)
    assert (drawn[:HEIGHT] == RED).all()
    bar = drawn[HEIGHT:].reshape(-1, 3).tolist()
    assert list(style.BLUE) in bar
    assert list(style.YELLOW) in bar
    assert list(style.PALETTE[0]) not in bar
    default = LegendAnnotator().annotate(photo, detections)[HEIGHT:].reshape(-1, 3).tolist()
    assert list(style.PALETTE[0]) in default
    with pytest.raises(ValueError, match="one for each"):
        LegendAnnotator([style.BLUE]).annotate(photo, detections)


@pytest.mark.parametrize("width", [16, 60, 640])
def test_legends_and_captions_stay_within_the_width(width):
    image = np.zeros((20, width, 3), np.uint8)
    text = "supercalifragilísticoespialidoso " * 3
    for drawn in (caption(image, text), legend(image, [(text, style.BLUE), ("b", style.GREEN)])):
        assert drawn.shape[1] == width
        bar = drawn[20:]
        assert not near(bar, style.BAR)  # there is something in it
        assert near(bar[:, -1], style.BAR, 40) or width == 16


def test_without_detections_nothing_is_drawn(photo):
    nothing = sv.Detections.empty()
    assert (LegendAnnotator().annotate(photo, nothing) == photo).all()
    assert (CutoutAnnotator(style.WHITE).annotate(photo, nothing) == 255).all()


@pytest.mark.parametrize("kind", OF_MASKS.values(), ids=OF_MASKS)
@pytest.mark.parametrize(
    ("detections", "error"),
    [
        (sv.Detections(xyxy=np.array([[1.0, 1, 5, 5]])), ValueError),
        (detections_of(np.ones((5, 5), np.bool_)), ValueError),
        (np.ones((HEIGHT, WIDTH), np.bool_), TypeError),
    ],
    ids=["no mask", "other size", "an array"],
)
def test_detections_that_cannot_be_drawn_are_refused(kind, detections, error, photo):
    with pytest.raises(error, match="detections"):
        kind().annotate(photo, detections)


def test_every_annotator_is_among_those_that_are_tested():
    defined = {
        kind.__name__ for kind in BaseAnnotator.__subclasses__() if kind.__module__ == annotators.__name__
    }
    assert defined == set(ANNOTATORS)
    assert set(ANNOTATORS) - set(OF_MASKS) == {"PromptAnnotator"}, "give what draws no masks its row in DRAWN"


def test_supervisions_annotators_draw_in_rgb_through_the_wrapper(photo, mask):
    annotator = sv.MaskAnnotator(color=sv.Color(0, 0, 255), opacity=1, color_lookup=sv.ColorLookup.INDEX)
    drawn = in_rgb(annotator, photo, detections_of(mask))
    assert (drawn[mask] == (0, 0, 255)).all()
    assert (drawn[~mask] == RED).all()
    assert (photo == RED).all()


def test_classes_are_coloured_named_and_the_background_is_grey(photo):
    class_map = np.zeros((HEIGHT, WIDTH), np.uint8)
    class_map[20:100, 20:90] = 8
    class_map[20:100, 110:180] = 15
    drawn = annotate_classes(photo, class_map, {0: "fondo", 8: "gato", 15: "persona"})
    colors = class_colors([8, 15])
    for class_id, column in ((8, 55), (15, 145)):
        assert near(drawn[60, column], 0.55 * np.array(RED) + 0.45 * np.array(colors[class_id]))
    assert np.ptp(drawn[5, 5].astype(int)) == 0
    assert drawn.shape[0] > HEIGHT
    with pytest.raises(ValueError, match=r"\[15\]"):
        annotate_classes(photo, class_map, ["x"] * 9)
    with pytest.raises(ValueError, match="shape"):
        annotate_classes(photo, class_map[:5], ["x"] * 21)
    with pytest.raises(TypeError, match="integer"):
        annotate_classes(photo, class_map / 2, ["x"] * 21)


def test_classes_keep_their_colour_and_never_share_one_while_colours_last():
    assert class_colors([8])[8] == class_colors([3, 8])[8] == style.palette_color(8)
    assert len(set(class_colors([1, 8, 15, 2, 9, 16, 3]).values())) == 7
    assert len(class_colors(range(21))) == 21


def test_a_caption_stands_beneath_the_photo_and_wraps(photo):
    short, long = caption(photo, "ñ"), caption(photo, "¿Contorno limpio, o se escapa por la base? " * 2)
    assert (short[:HEIGHT] == photo).all()
    assert long.shape[0] > short.shape[0] > HEIGHT
    lines = caption_lines(WIDTH, "¿Contorno limpio, o se escapa por la base? " * 2)
    assert caption(photo, "ñ", lines=lines).shape == long.shape
    assert caption(photo, "one\ntwo").shape == caption(photo, "one", lines=2).shape
    assert caption(photo, "").shape == short.shape
    assert caption(photo, "ñ").tolist() != caption(photo, "n").tolist()


def test_a_caption_does_not_part_a_number_from_its_percent_sign():
    longest = {
        form: max(n for n in range(1, 200) if caption_lines(WIDTH, form.format("0" * n)) == 1)
        for form in ("covers {}", "% {}")
    }
    number, word = ("0" * n for n in longest.values())
    for space in " ", "\N{NO-BREAK SPACE}":
        assert caption_lines(WIDTH, f"covers {number}{space}% {word}") == 3


@pytest.mark.parametrize(("width", "size"), [(16, 8), (451, 15), (640, 15), (1280, 30), (4000, 94)])
def test_text_is_readable_at_every_width(width, size):
    assert style.text_size(width) == size


@pytest.mark.parametrize("color", [*style.PALETTE, style.BAR, style.BLACK, style.WHITE])
def test_labels_have_contrast_enough_to_be_read(color):
    assert style.contrast_ratio(style.readable_on(color), color) >= 4.5


def test_contrast_follows_wcag():
    assert style.contrast_ratio(style.BLACK, style.WHITE) == pytest.approx(21)
    assert style.contrast_ratio((119, 119, 119), style.WHITE) == pytest.approx(4.48, abs=0.01)
