"""Stand-ins for what tests of the widgets do without: a browser's front end, and a model.

Outside a kernel comms are dummies, so a canvas works as usual. `FakeFront` delivers events as ipywidgets
does, and draws the commands that come back, so that a test can look at the pixels. `StubSegmenter` answers
at once.
"""

from __future__ import annotations

import io
import json
from dataclasses import replace
from types import TracebackType
from typing import Any

import ipywidgets
import numpy as np
from ipycanvas import canvas as ipycanvas
from PIL import Image, ImageColor, ImageDraw

from segwidgets import Candidates, Prompt
from segwidgets.candidates import OtherOutputs
from segwidgets.semantic import SemanticSegmentation

COMMANDS = {number: name for name, number in ipycanvas.COMMANDS.items()}
ATTRIBUTES = {number: name for name, number in ipycanvas.Canvas.ATTRS.items()}


class StubSegmenter:
    """Disks round the foreground points (or the box), without disks round the background points.

    Three candidates, each larger than the last, for a single click, and for what says more the middle one
    only; the others are its other readings. What is fed back counts a little, so that a chain of prompts
    cannot be told from its last one only.
    """

    encode_seconds = 0.001

    def __init__(self, image: np.ndarray | None = None, height: int = 60, width: int = 90) -> None:
        random = np.random.default_rng(0)
        self.image = random.integers(0, 256, (height, width, 3), np.uint8) if image is None else image
        self.predictions = 0
        self.closed = False
        self._rest: dict[bytes, np.ndarray] = {}

    @property
    def size(self) -> tuple[int, int]:
        return self.image.shape[:2]

    @property
    def view(self) -> tuple[int, int, int, int]:
        return 0, 0, self.image.shape[1], self.image.shape[0]

    def predict(
        self, prompt: Prompt, previous: Candidates | None = None, multimask: bool | None = None
    ) -> Candidates:
        prompt.check_inside(self.size)
        if self.closed:
            raise RuntimeError("this Segmenter was closed")
        self.predictions += 1
        height, width = self.size
        ys, xs = np.mgrid[:height, :width] + 0.5
        masks = np.zeros((3, height, width), bool)
        for grade in range(3):
            radius = height / 12 * (grade + 1)
            if prompt.box is not None:
                x0, y0, x1, y1 = prompt.box
                masks[grade] |= (xs > x0) & (xs < x1) & (ys > y0) & (ys < y1)
            for (x, y), label in zip(prompt.points, prompt.labels or (), strict=True):
                disk = (xs - x) ** 2 + (ys - y) ** 2 < radius**2
                masks[grade] = masks[grade] | disk if label else masks[grade] & ~disk
        logits = np.zeros((3, 256, 256), np.float32)
        logits[:, 0, 0] = masks.sum((1, 2))
        if previous is not None:
            fed = previous.low_res_logits[previous.best]  # a kept mask has none
            logits[:, 0, 0] += (fed[0, 0] if fed.size else previous.best_mask.sum()) / 2
            masks[:, 0, 0] ^= logits[:, 0, 0].astype(int) % 2 == 1
        iou = np.array([0.9, 0.95, 0.8], np.float32)
        if multimask is None:
            multimask = prompt.is_single_click and previous is None
        shown, rest = ([0, 1, 2], [1]) if multimask else ([1], [0, 1, 2])
        self._rest[iou[rest].tobytes() + logits[rest].tobytes()] = masks[rest]
        return Candidates(
            prompt, masks[shown], iou[shown], logits[shown], np.ones(len(shown)), previous is not None, 0.001,
            others=OtherOutputs(logits[rest], iou[rest]),
        )  # fmt: skip

    def other_readings(self, candidates: Candidates) -> Candidates:
        others = candidates.others
        masks = self._rest[others.predicted_iou.tobytes() + others.low_res_logits.tobytes()]
        return replace(
            candidates,
            masks=np.concatenate([candidates.masks, masks]),
            predicted_iou=np.concatenate([candidates.predicted_iou, others.predicted_iou]),
            low_res_logits=np.concatenate([candidates.low_res_logits, others.low_res_logits]),
            stability_score=np.ones(len(candidates) + len(masks)),
            picked=candidates.choice,
            others=None,
        )

    def close(self) -> None:
        self.closed = True


def has_class(widget: ipywidgets.DOMWidget, name: str) -> bool:
    """Say whether a widget has a style sheet's class."""
    return name in widget.get_state()["_dom_classes"]


def is_off(widget: ipywidgets.DOMWidget) -> bool:
    """Say whether a widget is hidden."""
    return has_class(widget, "sw-off")


def round_cat(x: float, y: float, height: int = 60, width: int = 90) -> SemanticSegmentation:
    """Return a class map with a cat where the stub's largest mask of a click at (x, y) is."""
    ys, xs = np.mgrid[:height, :width] + 0.5
    class_map = ((xs - x) ** 2 + (ys - y) ** 2 < (height / 4) ** 2).astype(np.uint8)
    return SemanticSegmentation(class_map, ("background", "cat"), {0: 1.0, 1: 1.0})


class FakeFront:
    """The browser's side of one MultiCanvas: events in, draw commands and pixels out."""

    def __init__(self, canvas: ipycanvas.MultiCanvas) -> None:
        self.canvas = canvas
        self.manager = ipycanvas._CANVAS_MANAGER
        self.log: list[str] = []
        self._attributes: dict[str, dict[str, Any]] = {}
        self._current = ""
        size = int(canvas.width), int(canvas.height)
        self.layers = {f"IPY_MODEL_{c.model_id}": Image.new("RGBA", size) for c in canvas._canvases}

    def __enter__(self) -> FakeFront:
        self.manager._current_canvas = None
        self.manager._send_custom = self._receive
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        del self.manager._send_custom
        self.manager._current_canvas = None

    def event(self, event: str, **content: Any) -> None:
        """Deliver one event as the front end sends it."""
        message = {"method": "custom", "content": {"event": event, **content}}
        self.canvas._handle_msg({"content": {"data": message}, "buffers": []})

    def ready(self) -> None:
        """Connect anew, as a reloaded page does: every layer is blank."""
        for layer in self.layers.values():
            layer.paste((0, 0, 0, 0), (0, 0, *layer.size))
        self.event("client_ready")

    def move(self, x: float, y: float) -> None:
        self.event("mouse_move", x=x, y=y)

    def click(self, x: float, y: float) -> None:
        self.move(x, y)
        self.event("mouse_down", x=x, y=y)
        self.event("mouse_up", x=x, y=y)

    def drag(self, x0: float, y0: float, x1: float, y1: float, steps: int = 5) -> None:
        self.event("mouse_down", x=x0, y=y0)
        for share in np.linspace(0, 1, steps):
            self.move(x0 + (x1 - x0) * share, y0 + (y1 - y0) * share)
        self.event("mouse_up", x=x1, y=y1)

    def key(self, key: str, shift: bool = False, ctrl: bool = False, meta: bool = False) -> None:
        self.event("key_down", key=key, shift_key=shift, ctrl_key=ctrl, meta_key=meta)

    def touch(self, event: str, *touches: tuple[float, float]) -> None:
        self.event(event, touches=[{"x": x, "y": y} for x, y in touches])

    def layer(self, index: int) -> np.ndarray:
        """RGBA pixels of one layer."""
        return np.asarray(list(self.layers.values())[index])

    def pixels(self) -> np.ndarray:
        """RGBA pixels of all layers, one over the other."""
        picture = Image.new("RGBA", next(iter(self.layers.values())).size)
        for layer in self.layers.values():
            picture.alpha_composite(layer)
        return np.asarray(picture)

    def _receive(self, command: list, buffers: list = ()) -> None:  # type: ignore[assignment]
        _, encoded = ipycanvas.commands_to_buffer(command)
        commands, waiting = json.loads(bytes(encoded)), list(buffers)
        for one in commands if commands and isinstance(commands[0], list) else [commands]:
            count = one[2] if len(one) > 2 else (len(waiting) if one is commands else 0)
            self._draw(COMMANDS[one[0]], one[1] if len(one) > 1 else [], waiting[:count])
            del waiting[:count]

    def _draw(self, name: str, arguments: list, buffers: list) -> None:
        if name == "switchCanvas":
            self._current = arguments[0]
            return
        if self._current not in self.layers:
            return  # another widget's canvas
        self.log.append(name)
        layer, state = self.layers[self._current], self._attributes.setdefault(self._current, {})
        values = [_array(v, buffers) if isinstance(v, dict) else v for v in arguments]
        if name == "set":
            state[ATTRIBUTES[values[0]]] = values[1]
        elif name == "clear":
            layer.paste((0, 0, 0, 0), (0, 0, *layer.size))
        elif name == "putImageData":
            picture = Image.open(io.BytesIO(bytes(buffers[0]))).convert("RGBA")
            layer.alpha_composite(picture, (int(values[0]), int(values[1])))
        elif name in ("fillRects", "fillRect"):
            ink = _ink(state.get("fill_style", "black"), state.get("global_alpha", 1.0))
            paint = Image.new("RGBA", layer.size)
            for x, y, w, h in np.broadcast(*values) if name == "fillRects" else [values]:
                if w > 0 and h > 0:
                    ImageDraw.Draw(paint).rectangle([x, y, x + w - 1, y + h - 1], fill=ink)
            layer.alpha_composite(paint)
        elif name == "fillCircle":
            x, y, r = values
            ink = _ink(state.get("fill_style", "black"), state.get("global_alpha", 1.0))
            ImageDraw.Draw(layer).ellipse([x - r, y - r, x + r, y + r], fill=ink)


def _array(meta: dict, buffers: list) -> np.ndarray:
    return np.frombuffer(bytes(buffers[meta["idx"]]), meta["dtype"]).reshape(meta["shape"])


def _ink(color: str, alpha: float) -> tuple[int, ...]:
    red, green, blue = ImageColor.getrgb(color)[:3]
    return red, green, blue, round(255 * alpha)
