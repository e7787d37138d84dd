// A stroke of the brush, or a lasso's line, is drawn here at once and told to the kernel when it ends; it stays until the mask is drawn.

const SVG = "http://www.w3.org/2000/svg";
const STEP = 1; // pixels of the screen between two places of a line
const SLIP = 5; // less is a corner of the lasso, more is drawn freehand
const NEAR = 10; // of the lasso's first corner: a click there closes the line
const FADE_MS = 150;

const DISC = "M-8 0a8 8 0 1 0 16 0a8 8 0 1 0 -16 0"; // as the kernel draws points, in pixels of the screen
const PLUS = "M-4.4 0H4.4M0 -4.4V4.4";
const CROSS = "M-6.4 -6.4L6.4 6.4M-6.4 6.4L6.4 -6.4";
const AROUND_CROSS = "M-7.9 -7.9L7.9 7.9M-7.9 7.9L7.9 -7.9";
const POINTS = { object: { rim: DISC, face: DISC, sign: PLUS }, background: { rim: AROUND_CROSS, face: CROSS } };

function makeStrokes(root, model, send, signal) {
  const element = (name, classes, parent) => {
    const made = document.createElementNS(SVG, name);
    made.setAttribute("class", classes);
    parent?.append(made);
    return made;
  };
  const layer = element("svg", "sw-strokes");
  layer.setAttribute("aria-hidden", "true");
  const pending = element("polyline", "sw-lasso", layer); // corners that the keyboard set
  const rings = ["sw-ring-dark", "sw-ring-light"].map((name) => element("circle", `sw-brush-ring ${name}`, layer));
  const waiting = new Map(); // strokes that the kernel has not drawn yet, and what shows them
  let line = null; // that is being drawn
  let number = 0;

  const brush = () => model.get("brush") || {};
  const isOn = () => Boolean(brush().tool);

  const placeOf = (canvas, event) => {
    const box = canvas.getBoundingClientRect();
    const unit = canvas.width / box.width;
    return { x: (event.clientX - box.left) * unit, y: (event.clientY - box.top) * (canvas.height / box.height), unit };
  };

  // Over the canvas, in its pixels.
  const lay = (canvas) => {
    const stage = canvas.closest(".sw-stage");
    if (layer.parentElement !== stage) stage.append(layer);
    const [box, around] = [canvas.getBoundingClientRect(), stage.getBoundingClientRect()];
    layer.setAttribute("viewBox", `0 0 ${canvas.width} ${canvas.height}`);
    layer.style.left = `${box.left - around.left - stage.clientLeft}px`;
    layer.style.top = `${box.top - around.top - stage.clientTop}px`;
    layer.style.width = `${box.width}px`;
    layer.style.height = `${box.height}px`;
    layer.style.setProperty("--sw-unit", canvas.width / box.width);
  };

  const showRing = (canvas, event) => {
    lay(canvas);
    const { x, y, unit } = placeOf(canvas, event);
    const radius = brush().tool === "brush" ? brush().radius * unit : 0;
    for (const ring of rings) {
      ring.setAttribute("cx", x);
      ring.setAttribute("cy", y);
      ring.setAttribute("r", radius);
    }
    if (line?.tool === "lasso") write(` ${x},${y}`); // on to where the mouse is
  };
  const hideRing = () => rings.forEach((ring) => ring.setAttribute("r", 0));

  const write = (more = "") => line.shape.setAttribute("points", line.text + more);
  const add = ({ x, y }, far) => {
    const last = line.points.at(-1);
    if (last && Math.hypot(x - last[0], y - last[1]) < far * line.unit) return;
    const place = [Math.round(x * 100) / 100, Math.round(y * 100) / 100];
    line.points.push(place);
    line.text += ` ${place}`;
    if (line.points.length === 1) line.text += ` ${place}`; // a dab is a line, too
    write();
  };

  const begin = (canvas, event, background) => {
    const place = placeOf(canvas, event);
    const { tool, radius, color, erase } = brush();
    lay(canvas);
    if (!line) {
      const shape = element(tool === "lasso" ? "polygon" : "polyline", tool === "lasso" ? "sw-lasso" : "sw-stroke", layer);
      line = { tool, radius, unit: place.unit, erase: Boolean(erase) !== background, points: [], text: "", shape };
      shape.classList.toggle("sw-erases", line.erase);
      shape.style.setProperty("--sw-color", color);
      if (tool === "brush") shape.style.strokeWidth = 2 * radius * place.unit;
      line.isNew = true;
    } else line.isNew = false;
    line.pressed = place;
    line.isFree = tool === "brush";
    const [first] = line.points;
    if (line.points.length > 2 && Math.hypot(place.x - first[0], place.y - first[1]) <= NEAR * place.unit) line.isClosed = true;
    else add(place, line.points.length ? NEAR / 2 : 0);
  };

  const move = (canvas, event) => {
    showRing(canvas, event);
    if (!line?.pressed || line.isClosed) return;
    for (const one of event.getCoalescedEvents?.() || [event]) {
      const place = placeOf(canvas, one);
      line.isFree ||= Math.hypot(place.x - line.pressed.x, place.y - line.pressed.y) > SLIP * line.unit;
      if (line.isFree) add(place, STEP);
    }
  };

  const end = (canvas, event) => {
    if (!line?.pressed) return;
    if (line.isFree) add(placeOf(canvas, event), STEP);
    line.pressed = null;
    if (line.tool === "brush" || line.isClosed || (line.isNew && line.isFree)) finish();
    else write();
  };

  // A click's point, from the press until the kernel, which draws it, has heard of its release.
  const mark = (canvas, event, kind) => {
    const { x, y, unit } = placeOf(canvas, event);
    lay(canvas);
    const shape = element("g", `sw-point sw-${kind}`, layer);
    shape.setAttribute("transform", `translate(${x} ${y}) scale(${unit})`);
    for (const [name, path] of Object.entries(POINTS[kind])) element("path", `sw-${name}`, shape).setAttribute("d", path);
    return shape;
  };

  const finish = () => {
    const { tool, radius, unit, erase, points, shape } = line;
    if (tool === "lasso" && points.length < 3) return cancel();
    write();
    const stroke = number++;
    waiting.set(stroke, shape);
    line = null;
    send({ kind: "stroke", stroke, tool, radius, unit, erase, points });
  };

  const cancel = () => {
    line?.shape.remove();
    line = null;
  };

  const isDrawn = (stroke) => {
    const shape = waiting.get(stroke);
    waiting.delete(stroke);
    if (!shape) return;
    shape.classList.add("sw-gone"); // it fades: the canvas may take a moment to show its pictures
    setTimeout(() => shape.remove(), FADE_MS);
  };

  // Keys mean the line as long as there is one. Returns whether one did.
  const take = (event) => {
    if (!line) return false;
    if (event.key === "Escape") cancel();
    else if (event.key === "Enter" && line.tool === "lasso" && !line.pressed) finish();
    return true;
  };

  const follow = () => {
    if (!isOn()) {
      hideRing();
      cancel();
    }
    const corners = brush().corners || [];
    pending.setAttribute("points", corners.join(" "));
    pending.style.setProperty("--sw-color", brush().color || "#fff");
    const canvas = root.querySelector(".sw-stage canvas");
    if (canvas && corners.length) lay(canvas);
  };
  model.on("change:brush", follow);
  signal.addEventListener("abort", () => {
    model.off("change:brush", follow);
    layer.remove();
  });

  // Whether a press here is for it: not where the overview is.
  const wants = (canvas, event) => {
    if (!isOn()) return false;
    const { x, y } = placeOf(canvas, event);
    const [left, top, right, bottom] = brush().keep_off || [0, 0, 0, 0];
    return line !== null || !(left <= x && x < right && top <= y && y < bottom);
  };

  return { mark, wants, begin, move, end, finish, cancel, isDrawn, take, hideRing, isGoing: () => line !== null };
}
