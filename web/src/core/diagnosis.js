/**
 * What is wrong with a mask, in words: the rows of `segwidgets/masks/faults.py` that look at a mask alone.
 *
 * Limits, texts and the order of the rows come from data.json; here stands how each is counted.
 */

import { areaOf, borderContact, holeAreas, majority, perimeter, pieceAreas, solid } from "./regions.js";
import { count, decimal, join, percent, tr, trn } from "./words.js";

/** @typedef {import("./frame.js").Mask} Mask */
/** @typedef {string | [string, string]} Text a message, or one and its plural */
/** @typedef {{ name: string, sentence: Text, mark: Text | null, all: boolean }} Row */

/**
 * @typedef {object} Table
 * @property {Record<string, number>} limits
 * @property {Row[]} faults in their order
 * @property {{ empty: string, chosen: string, clean: string, cleanContour: string, specks: [string, string] }} texts
 */

/**
 * @typedef {object} Evidence
 * @property {number} area pixels
 * @property {number} pixels of the photo
 * @property {number[]} pieces pixels of each, the largest first
 * @property {number[]} holes
 * @property {number} borderContact
 * @property {number} lostContour what smoothing takes away of the contour
 * @property {number} iou
 * @property {number} stability
 * @property {boolean} cutOff
 */

/**
 * @typedef {object} Measures
 * @property {number} area
 * @property {number} areaShare
 * @property {number} pieces
 * @property {number} islands
 * @property {number} islandPixels
 * @property {number} holes
 * @property {number} holePixels
 * @property {number} borderContact
 * @property {string} title
 * @property {string} sentence
 * @property {string[]} faults
 */

/**
 * @param {Mask} mask
 * @param {{ iou: number, stability: number, cutOff: boolean }} rated
 * @param {Record<string, number>} limits
 * @returns {Evidence}
 */
export function examine(mask, rated, limits) {
  const area = areaOf(mask);
  let lostContour = 0;
  if (area) {
    const radius = Math.max(1, evenly(limits.smooth * Math.sqrt(area)));
    const whole = solid(mask);
    lostContour = 1 - perimeter(solid(majority(whole, radius))) / perimeter(whole);
  }
  return {
    area,
    pixels: mask.data.length,
    pieces: pieceAreas(mask),
    holes: holeAreas(mask),
    borderContact: borderContact(mask),
    lostContour,
    ...rated,
  };
}

/** @param {number} value rounded as Python does, a half to the even number */
function evenly(value) {
  const floor = Math.floor(value);
  return value - floor === 0.5 ? floor + (floor % 2) : Math.round(value);
}

/** @param {number[]} values */
const sum = (values) => values.reduce((all, one) => all + one, 0);

/**
 * What a row asks of a mask: when it holds, whether it comes before the others, what stands in its text.
 *
 * @typedef {{ holds: boolean, grave?: boolean, n?: number, facts?: Record<string, string | number> }} Answer
 */

/**
 * @param {Evidence} seen
 * @param {Record<string, number>} limits
 * @returns {Record<string, () => Answer>} by the rows' names
 */
function answers(seen, limits) {
  const least = Math.max(2, Math.ceil(limits.speck * seen.pixels));
  const islands = seen.pieces.slice(1);
  const specks = [...seen.holes, ...islands].filter((area) => area < least);
  const counted = (/** @type {number[]} */ areas) => {
    const large = areas.filter((area) => area >= least);
    const all = sum(large);
    return {
      holds: large.length > 0,
      grave: all >= limits.grave * seen.area,
      n: large.length,
      facts: { n: large.length, px: count(all), share: percent(all / seen.area), largest: count(large[0] ?? 0) },
    };
  };
  const border = { share: percent(seen.borderContact) };
  const score = { score: decimal(seen.iou) };
  /** @type {Record<string, () => Answer>} */
  const rows = {
    empty: () => ({ holds: seen.area === 0 }),
    holes: () => counted(seen.holes),
    islands: () => counted(islands),
    ragged: () => ({ holds: seen.lostContour >= limits.ragged, grave: true, facts: { share: percent(seen.lostContour) } }),
    unstable: () => ({ holds: seen.stability < limits.stability, grave: true, facts: { score: decimal(seen.stability) } }),
    specks: () => ({
      holds: specks.length >= limits.specks,
      facts: { n: specks.length, limit: count(least), px: count(sum(specks)) },
    }),
    "cut off": () => ({ holds: seen.cutOff }),
    "covers the border": () => ({ holds: seen.borderContact >= limits.background, facts: border }),
    "touches the border": () => ({
      holds: limits.border <= seen.borderContact && seen.borderContact < limits.background,
      facts: border,
    }),
    "rated low": () => ({ holds: seen.iou < limits.iou, facts: { ...score, limit: decimal(limits.iou) } }),
    "rated well all the same": () => ({
      holds: !(seen.iou < limits.iou) && ["holes", "islands", "ragged", "unstable"].some((name) => {
        const { holds, grave } = rows[name]();
        return holds && grave === true;
      }),
      facts: score,
    }),
    clean: () => ({ holds: true, n: specks.length, facts: { n: specks.length, px: count(sum(specks)) } }),
  };
  return rows;
}

/** The rows that are known here, for the test that holds them against Python's. */
export const KNOWN = Object.keys(answers({ area: 0, pixels: 1, pieces: [], holes: [], borderContact: 0, lostContour: 0, iou: 0, stability: 0, cutOff: false }, {}));

/**
 * @param {Text} text
 * @param {Answer} answer
 */
function said(text, answer) {
  return typeof text === "string" ? tr(text, answer.facts) : trn(text[0], text[1], answer.n ?? 1, answer.facts);
}

/**
 * Say what `diagnose` says of a chosen mask.
 *
 * @param {Evidence} seen
 * @param {Table} table
 * @param {number} number the mask's, from 0
 * @returns {Measures}
 */
export function diagnose(seen, table, number = 0) {
  const rows = answers(seen, table.limits);
  /** @type {{ row: Row, answer: Answer, rank: number }[]} */
  const found = [];
  for (const row of table.faults) {
    const answer = rows[row.name]?.();
    if (!answer?.holds) continue;
    found.push({ row, answer, rank: row.mark === null ? 2 : answer.grave ? 0 : 1 });
    if (row.all) break;
  }
  found.sort((one, other) => one.rank - other.rank);
  const faults = found.map(({ row, answer }) => said(row.sentence, answer));
  const marks = found.flatMap(({ row, answer }) => (row.mark === null ? [] : [said(row.mark, answer)]));
  const { texts } = table;
  const clean = rows.clean();
  const title = seen.area
    ? tr(texts.chosen, { m: number, marks: join(marks) || tr(texts.clean) })
    : tr(texts.empty, { m: number });
  return {
    area: seen.area,
    areaShare: seen.area / seen.pixels,
    pieces: seen.pieces.length,
    islands: Math.max(seen.pieces.length - 1, 0),
    islandPixels: sum(seen.pieces.slice(1)),
    holes: seen.holes.length,
    holePixels: sum(seen.holes),
    borderContact: seen.borderContact,
    title,
    sentence: faults.join(" ") || (clean.n ? said(texts.specks, clean) : tr(texts.cleanContour)),
    faults,
  };
}
