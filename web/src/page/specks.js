/** A mask without its smallest pieces and holes: a line around these would make them look larger. */

/** @import { Mask } from "./types.js" */

/**
 * Return what of a mask is worth an outline.
 *
 * Pieces hang together by corners, too, holes by sides alone. What touches the rim may go on beyond it and is no hole.
 *
 * @param {Mask} mask
 * @param {number} smallest area of a piece or a hole that stays, in its pixels
 * @returns {Mask}
 */
export function withoutSpecks({ width, height, data }, smallest) {
  /** @type {number[]} where runs of equal pixels begin; they end where the next one does */
  const starts = [];
  /** @type {number[]} the first run of each row */
  const rows = [];
  for (let y = 0; y < height; y++) {
    rows.push(starts.length);
    const from = y * width;
    starts.push(from);
    for (let at = from + 1; at < from + width; at++) if (data[at] !== data[at - 1]) starts.push(at);
  }
  rows.push(starts.length);
  starts.push(height * width);

  const parents = Int32Array.from(starts, (_, run) => run);
  const find = (/** @type {number} */ run) => {
    while (parents[run] !== run) run = parents[run] = parents[parents[run]];
    return run;
  };
  for (let y = 1; y < height; y++) {
    let above = rows[y - 1];
    for (let run = rows[y]; run < rows[y + 1]; run++) {
      const value = data[starts[run]];
      const [from, to] = [starts[run] - width - value, starts[run + 1] - width + value]; // of the row above, corners included for pieces
      while (above > rows[y - 1] && starts[above] > from) above -= 1;
      while (starts[above + 1] <= from) above += 1;
      for (let other = above; other < rows[y] && starts[other] < to; other++) {
        if (data[starts[other]] === value && starts[other + 1] > from) parents[find(other)] = find(run);
      }
    }
  }

  const areas = new Float64Array(starts.length);
  for (let y = 0; y < height; y++) {
    for (let run = rows[y]; run < rows[y + 1]; run++) {
      const isAtRim = y === 0 || y === height - 1 || run === rows[y] || run === rows[y + 1] - 1;
      areas[find(run)] += !data[starts[run]] && isAtRim ? Infinity : starts[run + 1] - starts[run];
    }
  }
  const solid = data.slice();
  for (let run = 0; run < starts.length - 1; run++) {
    if (areas[find(run)] < smallest) solid.fill(1 - data[starts[run]], starts[run], starts[run + 1]);
  }
  return { width, height, data: solid };
}
