/**
 * How a photo lies in what Segment Anything takes in and gives out; `segwidgets/frame.py` says the same in Python.
 *
 * Sizes are [height, width], points and boxes x before y, as in the package.
 */

/** @typedef {[number, number]} Size height and width */
/** @typedef {[number, number, number, number]} Box x0, y0, x1, y1 in whole pixels, right and bottom exclusive */
/** @typedef {{ side: number, grid: number, logits: number }} Square cells on a side of the input, the embedding and the logits */
/** @typedef {{ width: number, height: number, data: Uint8Array }} Mask 1 inside, 0 outside, row by row */
/** @typedef {{ x0: number, y0: number, x1: number, y1: number, width: number, height: number }} View part of the photo, in its pixels, and how many pixels to draw it with */

const SURE_LOGIT = 8; // how sure the network is told to be of a mask that is given to it

export class Frame {
  /**
   * @param {Size} photoSize of the whole photo
   * @param {Square} square
   * @param {Box | null} view the part that the network sees; null is all
   */
  constructor(photoSize, square, view = null) {
    const [height, width] = photoSize;
    const isAll = view !== null && view[0] === 0 && view[1] === 0 && view[2] === width && view[3] === height;
    this.photoSize = photoSize;
    this.square = square;
    this.view = isAll ? null : view;
    /** @type {Box} */
    this.seenBox = this.view ?? [0, 0, width, height];
    const [x0, y0, x1, y1] = this.seenBox;
    /** @type {Size} */
    this.seenSize = [y1 - y0, x1 - x0];
    this.pixel = Math.max(...this.seenSize) / square.side; // of the photo to one of the input
    /** @type {Size} of what is seen, in pixels of the input */
    this.placedSize = this.cells(1);
    /** @type {Size} rows and columns of the logits that show the photo */
    this.logitsPart = this.cells(square.side / square.logits);
  }

  /**
   * @param {number} cell side of a cell in pixels of the input
   * @returns {Size} how many of them what is seen takes, rounded half up
   */
  cells(cell) {
    const [height, width] = this.seenSize;
    const count = (/** @type {number} */ side) => Math.max(1, Math.floor((side * (1 / this.pixel)) / cell + 0.5));
    return [count(height), count(width)];
  }

  /**
   * @param {[number, number][]} points xy in pixels of the photo
   * @returns {[number, number][]} the same in pixels of the input
   */
  toInput(points) {
    const [x0, y0] = this.seenBox;
    const across = this.placedSize[1] / this.seenSize[1];
    const down = this.placedSize[0] / this.seenSize[0];
    return points.map(([x, y]) => [(x - x0) * across, (y - y0) * down]);
  }

  /**
   * Bring one mask's logits to the input's scale: the first of the two bilinear steps.
   *
   * @param {Float32Array} logits of the whole square
   * @returns {{ data: Float32Array, height: number, width: number, stride: number }} what shows the photo
   */
  enlarged(logits) {
    const { side, logits: count } = this.square;
    const times = side / count;
    const [height, width] = this.placedSize;
    const rows = Math.min(count, Math.floor(height / times) + 2);
    const columns = Math.min(count, Math.floor(width / times) + 2);
    const part = new Float32Array(rows * columns);
    for (let y = 0; y < rows; y++) part.set(logits.subarray(y * count, y * count + columns), y * columns);
    const stride = columns * times;
    const data = bilinear(part, [rows, columns], columns, [rows * times, stride]);
    return { data, height, width, stride };
  }

  /**
   * Say where one mask's logits are above a threshold, at the photo's own size; `Frame.upscale` and `>` in Python.
   *
   * @param {Float32Array} logits of the whole square
   * @returns {Mask} nothing outside of what is seen
   */
  mask(logits, threshold = 0) {
    const full = this.enlarged(logits);
    const [x0, y0] = this.seenBox;
    const [height, width] = this.photoSize;
    const data = new Uint8Array(height * width);
    const rows = taps(full.height, this.seenSize[0]);
    const columns = taps(full.width, this.seenSize[1]);
    drawAbove(full, rows, columns, threshold, data, width, y0 * width + x0);
    return { width, height, data };
  }

  /**
   * Count a mask without drawing it, pixel for pixel as if it were drawn at the photo's size.
   *
   * @param {Float32Array} logits of the whole square
   * @returns {{ area: number, border: number, cutOff: boolean }} its pixels, the share of the rim of what is seen that it
   * covers, and whether it reaches that rim where the photo goes on
   */
  numbers(logits, threshold = 0) {
    const full = this.enlarged(logits);
    const [height, width] = this.seenSize;
    const rows = taps(full.height, height);
    const columns = taps(full.width, width);
    const area = drawAbove(full, rows, columns, threshold);
    const line = (/** @type {Taps} */ down, /** @type {Taps} */ across) => drawAbove(full, down, across, threshold);
    const inner = height > 2 ? slice(rows, 1, height - 1) : null;
    const [x0, y0, x1, y1] = this.seenBox;
    const sides = [
      { goesOn: y0 > 0, covered: line(slice(rows, 0, 1), columns) },
      { goesOn: y1 < this.photoSize[0], covered: height > 1 ? line(slice(rows, height - 1, height), columns) : 0 },
      { goesOn: x0 > 0, covered: inner ? line(inner, slice(columns, 0, 1)) : 0 },
      { goesOn: x1 < this.photoSize[1], covered: inner && width > 1 ? line(inner, slice(columns, width - 1, width)) : 0 },
    ];
    const around = width * Math.min(height, 2) + Math.max(height - 2, 0) * Math.min(width, 2);
    const border = sides.reduce((sum, side) => sum + side.covered, 0) / around;
    // the two upright sides lack their ends, which are the ends of the level ones
    const at = (/** @type {number} */ y, /** @type {number} */ x) => line(slice(rows, y, y + 1), slice(columns, x, x + 1)) > 0;
    const cutOff =
      sides.some((side) => side.goesOn && side.covered > 0) ||
      (x0 > 0 && (at(0, 0) || at(height - 1, 0))) ||
      (x1 < this.photoSize[1] && (at(0, width - 1) || at(height - 1, width - 1)));
    return { area, border, cutOff };
  }

  /**
   * @param {Float32Array} logits of the whole square
   * @param {Box} box whole pixels of the photo, within what is seen
   * @returns {number} how many pixels of the mask lie in it
   */
  areaIn(logits, box, threshold = 0) {
    const { full, rows, columns } = this.slices(logits, box);
    return drawAbove(full, rows, columns, threshold);
  }

  /**
   * @param {Float32Array} logits
   * @param {Box} box whole pixels of the photo, within what is seen
   */
  slices(logits, [x0, y0, x1, y1]) {
    const full = this.enlarged(logits);
    const [left, top] = this.seenBox;
    const rows = slice(taps(full.height, this.seenSize[0]), y0 - top, y1 - top);
    return { full, rows, columns: slice(taps(full.width, this.seenSize[1]), x0 - left, x1 - left) };
  }

  /**
   * Write one mask's logits as they would lie in another view of the same photo: `Frame.carry_over`.
   *
   * @param {Float32Array} logits of the whole square
   * @param {Frame} other
   * @returns {Float32Array} the lowest logit where nothing is known
   */
  carryOver(logits, other) {
    const lowest = logits.reduce((least, one) => Math.min(least, one), Infinity);
    const [height, width] = other.seenSize;
    const seen = new Float32Array(height * width).fill(lowest);
    const [ours, theirs] = [this.seenBox, other.seenBox];
    /** @type {Box} */
    const common = [
      Math.max(ours[0], theirs[0]),
      Math.max(ours[1], theirs[1]),
      Math.min(ours[2], theirs[2]),
      Math.min(ours[3], theirs[3]),
    ];
    if (common[0] < common[2] && common[1] < common[3]) {
      const { full, rows, columns } = this.slices(logits, common);
      for (let y = 0; y < rows.from.length; y++) {
        const share = rows.share[y];
        const keep = Math.fround(1 - share);
        const upper = rows.from[y] * full.stride;
        const lower = Math.min(rows.from[y] + 1, full.height - 1) * full.stride;
        let to = (common[1] - theirs[1] + y) * width + common[0] - theirs[0];
        for (let x = 0; x < columns.from.length; x++, to++) {
          const from = columns.from[x];
          const next = Math.min(from + 1, full.width - 1);
          const by = columns.share[x];
          const stay = Math.fround(1 - by);
          const above = Math.fround(full.data[upper + from] * stay + full.data[upper + next] * by);
          const below = Math.fround(full.data[lower + from] * stay + full.data[lower + next] * by);
          seen[to] = above * keep + below * share;
        }
      }
    }
    const { logits: side } = this.square;
    const carried = new Float32Array(side * side).fill(lowest);
    const [rows, columns] = other.logitsPart;
    const part = averaged(seen, other.seenSize, [rows, columns]);
    for (let y = 0; y < rows; y++) carried.set(part.subarray(y * columns, (y + 1) * columns), y * side);
    return carried;
  }

  /**
   * The same for a part of the photo alone, with as many pixels as a screen shows of it.
   *
   * @param {Float32Array} logits of the whole square
   * @param {View} view
   * @returns {Mask}
   */
  maskIn(logits, view, threshold = 0) {
    const full = this.enlarged(logits);
    const [left, top, right, bottom] = this.seenBox;
    const { x0, y0, x1, y1, width, height } = view;
    const data = new Uint8Array(height * width);
    const columns = tapsBetween(full.width, (x0 - left) / (right - left), (x1 - left) / (right - left), width);
    const rows = tapsBetween(full.height, (y0 - top) / (bottom - top), (y1 - top) / (bottom - top), height);
    drawAbove(full, rows.taps, columns.taps, threshold, data, width, rows.first * width + columns.first);
    return { width, height, data };
  }
}

/** @typedef {{ from: Int32Array, share: Float32Array }} Taps for each place the first of two cells, and the second one's share */

/**
 * Where OpenCV's bilinear resize looks: `cv2.resize(..., INTER_LINEAR)` on float32.
 *
 * @param {number} before cells that there are
 * @param {number} after places that are wanted
 * @returns {Taps}
 */
export function taps(before, after) {
  return tapsBetween(before, 0, 1, after).taps;
}

/**
 * @param {Taps} taps
 * @param {number} start
 * @param {number} end
 * @returns {Taps}
 */
function slice({ from, share }, start, end) {
  return { from: from.subarray(start, end), share: share.subarray(start, end) };
}

/**
 * @param {number} before cells that there are
 * @param {number} start where the first place begins, as a share of all cells
 * @param {number} end where the last one ends
 * @param {number} after places from start to end
 * @returns {{ taps: Taps, first: number }} of the places that lie within the cells, and which is the first
 */
function tapsBetween(before, start, end, after) {
  const scale = start === 0 && end === 1 ? 1 / (after / before) : ((end - start) * before) / after;
  /** @type {number[]} */
  const from = [];
  /** @type {number[]} */
  const share = [];
  let first = -1;
  for (let place = 0; place < after; place++) {
    const center = (place + 0.5) * scale + start * before;
    if (center < 0 || center > before) continue;
    if (first < 0) first = place;
    let at = Math.fround(center - 0.5);
    let cell = Math.floor(at);
    at = Math.fround(at - cell);
    if (cell < 0) [cell, at] = [0, 0];
    if (cell >= before - 1) [cell, at] = [before - 1, 0];
    from.push(cell);
    share.push(at);
  }
  return { taps: { from: Int32Array.from(from), share: Float32Array.from(share) }, first: Math.max(first, 0) };
}

/**
 * Resize one plane of numbers as `cv2.resize(..., INTER_LINEAR)` does.
 *
 * @param {Float32Array} plane
 * @param {Size} size its rows and columns
 * @param {number} stride numbers from one row to the next
 * @param {Size} wanted
 * @returns {Float32Array}
 */
export function bilinear(plane, [height, width], stride, [rows, columns]) {
  const down = taps(height, rows);
  const across = taps(width, columns);
  const made = new Float32Array(rows * columns);
  /** @type {[Float32Array, Float32Array]} */
  let pair = [new Float32Array(columns), new Float32Array(columns)];
  let held = [-1, -1];
  for (let y = 0; y < rows; y++) {
    const upper = down.from[y];
    const lower = Math.min(upper + 1, height - 1);
    const share = down.share[y];
    if (held[1] === upper) (pair = [pair[1], pair[0]]), (held = [held[1], held[0]]);
    [upper, lower].forEach((row, which) => {
      if (held[which] === row) return;
      held[which] = row;
      lineAcross(plane, row * stride, width, across, pair[which]);
    });
    const [above, below] = pair;
    const keep = Math.fround(1 - share);
    for (let x = 0, to = y * columns; x < columns; x++, to++) made[to] = above[x] * keep + below[x] * share;
  }
  return made;
}

/**
 * Resize one plane of numbers as `cv2.resize(..., INTER_AREA)` does: by means where it shrinks on both sides.
 *
 * @param {Float32Array} plane
 * @param {Size} size
 * @param {Size} wanted
 * @returns {Float32Array}
 */
export function averaged(plane, [height, width], [rows, columns]) {
  const shrinks = height >= rows && width >= columns;
  const weights = shrinks ? areaWeights : areaTaps;
  const down = weights(height, rows);
  const across = weights(width, columns);
  const narrow = new Float32Array(height * columns);
  for (let x = 0; x < columns; x++) {
    for (const [from, share] of across[x]) {
      for (let y = 0; y < height; y++) narrow[y * columns + x] += plane[y * width + from] * share;
    }
  }
  const made = new Float32Array(rows * columns);
  for (let y = 0; y < rows; y++) {
    for (const [from, share] of down[y]) {
      for (let x = 0; x < columns; x++) made[y * columns + x] += narrow[from * columns + x] * share;
    }
  }
  return made;
}

/**
 * @param {number} before
 * @param {number} after fewer, or as many
 * @returns {[number, number][][]} for each place the cells that it covers, and their shares
 */
function areaWeights(before, after) {
  const scale = before / after;
  return Array.from({ length: after }, (_, place) => {
    const start = place * scale;
    const end = start + scale;
    const all = Math.min(scale, before - start);
    const last = Math.min(Math.floor(end), before - 1);
    const first = Math.min(Math.ceil(start), last);
    /** @type {[number, number][]} */
    const cells = [];
    if (first - start > 1e-3) cells.push([first - 1, (first - start) / all]);
    for (let cell = first; cell < last; cell++) cells.push([cell, 1 / all]);
    if (end - last > 1e-3) cells.push([last, Math.min(Math.min(end - last, 1), all) / all]);
    return cells;
  });
}

/**
 * @param {number} before
 * @param {number} after
 * @returns {[number, number][][]} the same where one side or both grow: OpenCV then interpolates in its own way
 */
function areaTaps(before, after) {
  const scale = before / after;
  return Array.from({ length: after }, (_, place) => {
    const cell = Math.floor(place * scale);
    const beyond = Math.fround(place + 1 - (cell + 1) * (after / before));
    const share = beyond <= 0 ? 0 : Math.fround(beyond - Math.floor(beyond));
    if (cell >= before - 1) return [[before - 1, 1]];
    return [
      [cell, Math.fround(1 - share)],
      [cell + 1, share],
    ];
  });
}

/**
 * Give a box room around it, and cut it off at the photo's edges: `grow_box`.
 *
 * @param {[number, number, number, number]} box x0, y0, x1, y1
 * @param {Size} size of the photo
 * @param {number} margin room on each side, as a share of the longer one
 * @param {number} least pixels on each side that the photo has so many of
 * @returns {Box}
 */
export function grown([x0, y0, x1, y1], [height, width], margin, least) {
  const room = margin * Math.max(x1 - x0, y1 - y0);
  const sides = [[x0, x1, width], [y0, y1, height]].map(([start, end, whole]) => {
    const lack = Math.max(0, (Math.min(least, whole) - (end - start + 2 * room)) / 2);
    const first = Math.floor(start - room - lack);
    const last = Math.ceil(end + room + lack);
    const shift = lack ? Math.max(0, -first) - Math.max(0, last - whole) : 0;
    return [Math.max(0, Math.min(first + shift, whole - 1)), Math.min(whole, Math.max(last + shift, 1))];
  });
  return [sides[0][0], sides[1][0], sides[0][1], sides[1][1]];
}

/**
 * @param {Float32Array} plane
 * @param {number} start
 * @param {number} width
 * @param {Taps} across
 * @param {Float32Array} line filled
 */
function lineAcross(plane, start, width, across, line) {
  const { from, share } = across;
  const last = start + width - 1;
  for (let x = 0; x < from.length; x++) {
    const at = start + from[x];
    line[x] = plane[at] * Math.fround(1 - share[x]) + plane[Math.min(at + 1, last)] * share[x];
  }
}

/**
 * Write 1 wherever the plane, enlarged once more, is above a threshold.
 *
 * What lies between four cells that are all above it is above it, and likewise below: so only where the outline
 * runs is anything computed, and twelve megapixels take hardly longer than one.
 *
 * @param {{ data: Float32Array, height: number, width: number, stride: number }} plane
 * @param {Taps} rows
 * @param {Taps} columns
 * @param {number} threshold
 * @param {Uint8Array | null} into nothing where it is only to be counted
 * @param {number} stride of what is written into
 * @param {number} offset of its first pixel
 * @returns {number} how many there are
 */
function drawAbove(plane, rows, columns, threshold, into = null, stride = 0, offset = 0) {
  let inside = 0;
  const { data, height, width } = plane;
  const count = columns.from.length;
  const kinds = new Uint8Array(width); // of the place between a column of cells and the next: 0 below, 1 above, 2 mixed
  /** @type {number[]} */
  let runs = [];
  let held = -1;
  const above = new Float32Array(count);
  const below = new Float32Array(count);
  for (let y = 0; y < rows.from.length; y++) {
    const upper = rows.from[y];
    const lower = Math.min(upper + 1, height - 1);
    const first = upper * plane.stride;
    const second = lower * plane.stride;
    if (held !== upper) {
      held = upper;
      for (let x = 0; x < width; x++) {
        const next = Math.min(x + 1, width - 1);
        const corners =
          Number(data[first + x] > threshold) +
          Number(data[first + next] > threshold) +
          Number(data[second + x] > threshold) +
          Number(data[second + next] > threshold);
        kinds[x] = corners === 0 ? 0 : corners === 4 ? 1 : 2;
      }
      runs = [];
      for (let x = 0; x < count; ) {
        const kind = kinds[columns.from[x]];
        const start = x;
        do x++;
        while (x < count && kinds[columns.from[x]] === kind);
        if (kind > 0) runs.push(kind, start, x);
      }
      for (let run = 0; run < runs.length; run += 3) {
        if (runs[run] !== 2) continue;
        for (let x = runs[run + 1]; x < runs[run + 2]; x++) {
          const from = columns.from[x];
          const next = Math.min(from + 1, width - 1);
          const share = columns.share[x];
          const keep = Math.fround(1 - share);
          above[x] = data[first + from] * keep + data[first + next] * share;
          below[x] = data[second + from] * keep + data[second + next] * share;
        }
      }
    }
    const share = rows.share[y];
    const keep = Math.fround(1 - share);
    const line = offset + y * stride;
    for (let run = 0; run < runs.length; run += 3) {
      const start = runs[run + 1];
      const end = runs[run + 2];
      if (runs[run] === 1) {
        inside += end - start;
        into?.fill(1, line + start, line + end);
        continue;
      }
      for (let x = start; x < end; x++) {
        if (above[x] * keep + below[x] * share > threshold) {
          inside++;
          if (into) into[line + x] = 1;
        }
      }
    }
  }
  return inside;
}

export { SURE_LOGIT };
