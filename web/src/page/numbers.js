/** What is measured of the current mask, and what the package says of it in words. */

/** @import { Answer } from "./types.js" */
/** @import { App } from "./app.js" */

import { count, fixedPercent, tr } from "../core/words.js";
import { css, h } from "./dom.js";

/** @param {App} app */
export function makeNumbers(app) {
  const title = h("p", { class: "finding" });
  const table = h("tbody");
  const sentence = h("p", { class: "note" });
  const nothing = h("p", { class: "note" }, tr("Numbers appear with the first mask."));
  const filled = h("div", {}, title, h("table", { class: "numbers" }, table), sentence);
  const element = h("details", { class: "panel", open: true }, h("summary", {}, h("h2", {}, tr("Numbers"))), nothing, filled);
  /** @type {unknown} */
  let last = null;

  const row = (/** @type {string} */ name, /** @type {string} */ value, /** @type {number[] | undefined} */ color = undefined) =>
    h("tr", {}, h("th", { scope: "row" }, ...(color ? [h("span", { class: "dot", style: `background: ${css(color)}` }), " "] : []), name), h("td", {}, value));
  const counted = (/** @type {number} */ pieces, /** @type {number} */ pixels) => (pieces ? `${pieces} · ${count(pixels, true)} px` : "0");

  const update = async () => {
    const { answer } = app;
    const handle = answer ? answer.candidates[answer.best].handle : null;
    nothing.hidden = handle !== null;
    filled.hidden = handle === null;
    if (handle === last) return;
    last = handle;
    if (handle === null) return;
    filled.setAttribute("aria-busy", "true");
    await app.carryOut(async () => show(handle, await app.measure(/** @type {Answer} */ (answer))), true);
  };

  const show = (/** @type {unknown} */ handle, /** @type {import("../core/diagnosis.js").Measures} */ found) => {
    if (handle !== last) return; // another mask came meanwhile
    filled.removeAttribute("aria-busy");
    const { defects } = app.data.style;
    const share = found.areaShare >= 0.01 ? ` · ${fixedPercent(found.areaShare, 1)}` : "";
    title.textContent = found.title;
    sentence.textContent = found.sentence;
    table.replaceChildren(
      row(tr("Area"), `${count(found.area, true)} px${share}`),
      row(tr("Holes"), counted(found.holes, found.holePixels), defects?.hole),
      row(tr("Islands"), counted(found.islands, found.islandPixels), defects?.island),
      row(tr("Touches the photo's border"), fixedPercent(found.borderContact)),
    );
  };
  return { element, update };
}
