"""Answers to the exercises of lesson 4: everything in the image."""

from __future__ import annotations

from typing import Any

import numpy as np


def iou_of_boxes(first: Any, second: Any) -> float:
    width = max(min(first[2], second[2]) - max(first[0], second[0]), 0)
    height = max(min(first[3], second[3]) - max(first[1], second[1]), 0)
    return width * height / (box_area(first) + box_area(second) - width * height)


def box_area(box: Any) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def unclamped_iou(first: Any, second: Any) -> float:
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    return width * height / (box_area(first) + box_area(second) - width * height)


def around_iou(first: Any, second: Any) -> float:
    width = max(first[2], second[2]) - min(first[0], second[0])
    height = max(first[3], second[3]) - min(first[1], second[1])
    return width * height / (box_area(first) + box_area(second) - width * height)


def majority(class_map: np.ndarray, mask: np.ndarray) -> Any:
    return np.bincount(class_map[mask]).argmax()


def all_of(masks: np.ndarray, class_map: np.ndarray, number: int) -> Any:
    return masks[[majority(class_map, mask) == number for mask in masks]].any(axis=0)


def common_area(first: Any, second: Any) -> float:
    iou = iou_of_boxes(first, second)
    return iou * (box_area(first) + box_area(second)) / (1 + iou)


RIGHT: list[tuple[str, Any]] = [
    ("4.1", 432),
    ("4.2", iou_of_boxes),
    ("4.2", lambda a, b: np.float64(iou_of_boxes(a, b))),
    ("4.2", lambda a, b: round(iou_of_boxes(a, b), 2)),
    ("4.3", majority),
    ("4.3", lambda m, mask: int(max(range(21), key=lambda c: (m[mask] == c).sum()))),
    ("4.4", all_of),
    ("4.4", lambda masks, m, number: sum(mask for mask in masks if majority(m, mask) == number) > 0),
]

WRONG: list[tuple[str, Any, str]] = [
    ("4.1", 144, "clicks"),
    ("4.1", 36, "along one side"),
    ("4.1", 432.5, "too much"),
    ("4.2", unclamped_iou, "do not touch"),
    ("4.2", lambda a, b: common_area(a, b), "area that they share"),
    ("4.2", lambda a, b: common_area(a, b) / (box_area(a) + box_area(b)), "counted twice"),
    ("4.2", lambda a, b: common_area(a, b) / max(box_area(a), 1), "the first box"),
    ("4.2", lambda a, b: 2 * common_area(a, b) / (box_area(a) + box_area(b)), "Dice"),
    ("4.2", lambda a, b: (1, 2), "One number"),
    ("4.2", lambda a, b: 100 * iou_of_boxes(a, b), "percent"),
    ("4.2", lambda a, b: box_area(a) + box_area(b) - common_area(a, b), "cover together; divide by it"),
    ("4.2", lambda a, b: 1 - iou_of_boxes(a, b), "1 − what"),
    ("4.2", around_iou, "around both"),
    ("4.2", lambda a, b: None, "returns nothing"),
    ("4.3", lambda m, mask: m[mask].max(), "highest class number"),
    ("4.3", lambda m, mask: m[mask].mean(), "their mean"),
    ("4.3", lambda m, mask: np.bincount(m[mask]).max(), "number of votes"),
    ("4.3", lambda m, mask: np.bincount(m.ravel()).argmax(), "of the photo"),
    ("4.3", lambda m, mask: np.median(m[mask]), "median"),
    ("4.3", lambda m, mask: "cat", "One number"),
    ("4.4", lambda masks, m, number: m == number, "DeepLab calls so"),
    ("4.4", lambda masks, m, number: masks.any(axis=0), "of every class"),
    ("4.4", lambda masks, m, number: max(masks, key=np.sum), "largest of all"),
    ("4.4", lambda masks, m, number: next(x for x in masks if majority(m, x) == number), "one of the masks"),
    ("4.4", lambda masks, m, number: all_of(masks, m, 8), "Always 8"),
    ("4.4", lambda masks, m, number: all_of(masks, m, number) * 1, "no mask"),
    ("4.4", lambda masks, m, number: [majority(m, mask) == number for mask in masks], "which masks"),
    ("4.4", lambda masks, m, number: [x for x in masks if majority(m, x) == number], "stack of masks"),
    ("4.4", lambda masks, m, number: ~all_of(masks, m, number), "inside out"),
    ("4.4", lambda masks, m, number: masks[2], "missing"),
]
