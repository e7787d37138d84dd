/** DeepLab, in a worker of its own: no click and no preview waits while it looks. `engine.js` talks to it. */

import { argmax } from "./core/choice.js";
import { Frame } from "./core/frame.js";
import { DeepLab, classPixels, underClick } from "./core/semantic.js";
import { Weights } from "./core/weights.js";
import { WebError, speak } from "./core/words.js";
import { pixelsOf, runtime, serve } from "./serving.js";

/** @typedef {import("./core/sam.js").Handle} Handle */
/** @typedef {import("./core/semantic.js").ClassMap} ClassMap */
/** @typedef {import("./serving.js").Source} Source */

/** @type {[string, ClassMap] | null} of the photo that was looked at last: as large as the photo has pixels */
let seenLast = null;
/** @type {DeepLab} */
let deepLab;
/** @type {any} */
let data;

serve({
  /** @param {{ base: string, data: any, lang: string }} given */
  async open(given) {
    const { base } = given;
    ({ data } = given);
    speak(data.languages[given.lang]);
    const { file, ...about } = data.semantic;
    const [{ graph }, { wasm }] = await Promise.all([
      new Weights(base, (progress) => self.postMessage({ progress })).fetch({ graph: file }),
      new Weights(base).fetch({ wasm: data.model.files.wasm }), // kept since SAM came
    ]);
    const ort = await runtime(base, data.runtime, wasm, 1); // the other threads are SAM's
    deepLab = new DeepLab(ort, await ort.InferenceSession.create(graph, { executionProviders: ["wasm"] }), about);
    ort.env.wasm.wasmBinary = undefined;
    return {};
  },

  /** @param {{ key: string, photo: Source }} given */
  async semantic({ key, photo }) {
    seenLast = [key, await deepLab.look(await pixelsOf(photo))];
    return classPixels(seenLast[1], data.semantic.classes.length);
  },

  /** @param {{ key: string, point: [number, number], handles: Handle[] }} given */
  async seen({ key, point, handles }) {
    const map = found(key);
    return underClick(map, data.semantic.classes, point, handles.length, (i) => maskOf(handles[i], map), handles[0].view);
  },

  /** @param {{ key: string, handle: Handle }} given */
  async named({ key, handle }) {
    const map = found(key);
    return data.semantic.classes[argmax(classPixels(map, data.semantic.classes.length, maskOf(handle, map)))];
  },

  /** @param {{ key: string }} given */
  async forget({ key }) {
    if (seenLast?.[0] === key) seenLast = null;
    return {};
  },
});

/** @param {string} key */
function found(key) {
  if (seenLast?.[0] !== key) throw new WebError("forgotten", "");
  return seenLast[1];
}

/**
 * @param {Handle} handle
 * @param {ClassMap} map
 */
function maskOf({ logits, view }, { height, width }) {
  const { square, threshold } = data.model.sam;
  return new Frame([height, width], square, view).mask(logits, threshold);
}
