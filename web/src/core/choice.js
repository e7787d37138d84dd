/**
 * Which of a click's masks comes first, and why: the rule of `segwidgets/candidates.py`, its weights and sentences from data.json.
 */

import { area, decimal, percent, tr } from "./words.js";

/**
 * @typedef {object} Rule
 * @property {number} border of the share of the photo's rim that a mask covers
 * @property {number} smallest of the smallest of several masks
 * @property {number} class of the IoU with what a class map sees under the click
 * @property {number} small share of the photo; what covers less is told in pixels
 * @property {string[]} terms names, in their order
 * @property {Record<string, string>} sentences
 * @property {Record<string, string>} classes what DeepLab's classes are called, in English
 */

/**
 * @typedef {object} Numbers what counts when masks are ranked
 * @property {number[]} iou the network's own estimate for each
 * @property {number[]} area pixels of each
 * @property {number} pixels of the photo
 * @property {number[]} border the share of the photo's (or the closer view's) rim that each covers
 * @property {boolean[]} cutOff which reach the rim of a closer view; those of other readings follow
 * @property {boolean} single whether the prompt was a single click and nothing else
 * @property {boolean} closer whether a part of the photo was looked at
 * @property {ClassUnderClick | null} [seen]
 * @property {number | null} [picked] by hand
 */

/** @typedef {{ name: string | null, iou: number[], border: number[] }} ClassUnderClick what DeepLab sees under the click; null is none of its classes */

/**
 * @param {Numbers} masks
 * @param {Rule} rule
 * @returns {number} which mask to show first
 */
export function best(masks, rule) {
  if (masks.picked !== undefined && masks.picked !== null) return masks.picked;
  return masks.single ? argmax(scores(masks, rule)) : argmax(masks.iou);
}

/**
 * @param {Numbers} masks
 * @param {Rule} rule
 * @returns {string} why, in a sentence or two
 */
export function reason(masks, rule) {
  const chosen = best(masks, rule);
  const sentences = [why(masks, rule, chosen)];
  if (masks.cutOff[chosen]) sentences.push(said(rule, "cut off"));
  return sentences.join(" ");
}

/**
 * @param {Numbers} masks
 * @param {Rule} rule
 * @param {number} chosen
 */
function why(masks, rule, chosen) {
  if (masks.picked !== undefined && masks.picked !== null) return said(rule, "by hand", { best: chosen });
  const say = (/** @type {string} */ name, rival = 0, more = {}) =>
    said(rule, name, { ...facts(masks, chosen, rival), ...more });
  if (masks.iou.length === 1) return say("single");
  const rated = masks.area[chosen] / masks.pixels < rule.small ? "best rated, small" : "best rated";
  if (!masks.single) return say(rated);
  const { seen } = masks;
  const without = { ...masks, seen: null };
  const other = best(without, rule);
  if (seen && other !== chosen) {
    return say(seen.iou[chosen] > seen.iou[other] ? "class" : "class at the border", other, {
      name: className(seen, rule),
      agreement: decimal(seen.iou[chosen]),
      rival_agreement: decimal(seen.iou[other]),
    });
  }
  const decided = deciding(without, rule, chosen);
  const sentence =
    decided === null
      ? say(rated)
      : say(decided.term === "border" && masks.closer ? "rim of a view" : decided.term, decided.rival, {
          border: percent(masks.border[decided.rival]),
        });
  return seen ? `${sentence} ${agreement(seen, chosen, rule)}` : sentence;
}

/**
 * @param {ClassUnderClick} seen
 * @param {number} chosen
 * @param {Rule} rule
 */
function agreement(seen, chosen, rule) {
  if (seen.name === null) return said(rule, "no class");
  const rival = argmax(seen.iou);
  return said(rule, seen.iou[chosen] === seen.iou[rival] ? "class agrees" : "class differs", {
    name: className(seen, rule),
    agreement: decimal(seen.iou[chosen]),
    rival,
    rival_agreement: decimal(seen.iou[rival]),
  });
}

/**
 * The term without which another mask would come first, and that mask; null where the predicted IoU alone decides.
 *
 * @param {Numbers} masks
 * @param {Rule} rule
 * @param {number} chosen
 * @returns {{ term: string, rival: number, weight: number } | null}
 */
function deciding(masks, rule, chosen) {
  const all = scores(masks, rule);
  const values = terms(masks, rule);
  /** @type {{ term: string, rival: number, weight: number }[]} */
  let found = [];
  for (const term of rule.terms) {
    const of = values[term];
    const rival = argmax(all.map((score, i) => score - of[i]));
    if (rival !== chosen) found.push({ term, rival, weight: of[chosen] - of[rival] });
  }
  const top = argmax(masks.iou);
  if (!found.length && chosen !== top) {
    found = rule.terms.map((term) => ({ term, rival: top, weight: values[term][chosen] - values[term][top] }));
  }
  return found.reduce((most, one) => (most === null || one.weight > most.weight ? one : most), /** @type {typeof found[0] | null} */ (null));
}

/**
 * @param {Numbers} masks
 * @param {Rule} rule
 * @returns {Record<string, number[]>} what is added to each mask's predicted IoU
 */
function terms(masks, rule) {
  const smallest = masks.area.indexOf(Math.min(...masks.area));
  const { seen } = masks;
  return {
    border: masks.border.map((share) => -rule.border * share),
    smallest: masks.area.map((_, i) => (i === smallest ? -rule.smallest : 0)),
    class: masks.area.map((_, i) => (seen ? rule.class * seen.iou[i] + rule.border * seen.border[i] : 0)),
  };
}

/**
 * @param {Numbers} masks
 * @param {Rule} rule
 */
function scores(masks, rule) {
  const values = terms(masks, rule);
  return masks.iou.map((iou, i) => [...rule.terms, "class"].reduce((sum, term) => sum + values[term][i], iou));
}

/**
 * @param {Numbers} masks
 * @param {number} chosen
 * @param {number} rival
 */
function facts(masks, chosen, rival) {
  return {
    best: chosen,
    iou: decimal(masks.iou[chosen], 2, true),
    area: area(masks.area[chosen], masks.pixels),
    rival,
    rival_iou: decimal(masks.iou[rival], 2, true),
    rival_area: area(masks.area[rival], masks.pixels),
  };
}

/**
 * @param {Rule} rule
 * @param {string} name of a sentence
 * @param {Record<string, string | number>} [facts]
 */
function said(rule, name, facts) {
  return tr(rule.sentences[name], facts);
}

/**
 * @param {ClassUnderClick} seen
 * @param {Rule} rule
 */
function className({ name }, { classes }) {
  return name === null ? "" : tr(classes[name] ?? name);
}

/** @param {ArrayLike<number>} values */
export function argmax(values) {
  let most = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[most]) most = i;
  return most;
}
