/**
 * Lets the page open without a network: what it has fetched once is kept, under the build's own name.
 *
 * Weights are kept by `src/core/weights.js`, which knows their hashes; here pass them by. Pages and code are asked for
 * anew each time and taken from what is kept where there is no answer, so that a new build is seen at once.
 */

const worker = /** @type {any} */ (self);
const KEPT = "segwidgets-page";
const LARGE = /\.(onnx|wasm|f16)$/; // they are kept with their hash

worker.addEventListener("install", (/** @type {any} */ event) => {
  event.waitUntil(everything().then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin || LARGE.test(pathname)) return;
  event.respondWith(answer(request));
});

/** Keep all that the page is made of; `data.json` lists it. */
async function everything() {
  const cache = await caches.open(KEPT);
  const home = worker.registration.scope;
  const response = await fetch(new URL("data.json", home), { cache: "no-cache" });
  const { page } = await response.clone().json();
  await cache.put(new URL("data.json", home).href, response);
  await Promise.all(
    page.map(async (/** @type {string} */ path) => {
      const address = new URL(path, home).href;
      const found = await fetch(address, { cache: "no-cache" });
      if (found.ok) await cache.put(address, found);
    }),
  );
}

/**
 * @param {Request} request
 * @returns {Promise<Response>}
 */
async function answer(request) {
  const cache = await caches.open(KEPT);
  const address = request.url.split(/[?#]/)[0];
  try {
    const found = await fetch(request);
    if (found.ok && found.status === 200) await cache.put(address, found.clone());
    return found;
  } catch (error) {
    const kept = await cache.match(address);
    if (kept) return kept;
    throw error;
  }
}
