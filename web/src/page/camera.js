/** A photo from the computer's camera, in a window of its own on the page. */

import { tr, WebError } from "../core/words.js";
import { button, h } from "./dom.js";

/**
 * Show what the camera sees until a photo is taken.
 *
 * @returns {Promise<Blob | null>} null where it was given up
 */
export async function takePhoto() {
  const stream = await camera();
  const video = h("video", { autoplay: true, playsinline: true, muted: true, "aria-label": tr("What the camera sees") });
  video.srcObject = stream;
  /** @type {HTMLDialogElement} */
  const dialog = h("dialog", { class: "camera", "aria-label": tr("Camera") }, video);
  try {
    return await new Promise((resolve) => {
      const close = (/** @type {Blob | null} */ photo) => {
        resolve(photo);
        dialog.close();
      };
      const shoot = button({
        icon: "camera", label: tr("Take the photo"), help: tr("Take the photo"), look: "primary",
        run: async () => {
          if (!video.videoWidth) return; // no picture has come yet
          const canvas = h("canvas", { width: video.videoWidth, height: video.videoHeight });
          canvas.getContext("2d")?.drawImage(video, 0, 0);
          close(await new Promise((done) => canvas.toBlob(done, "image/png")));
        },
      });
      const leave = button({ label: tr("Cancel"), help: tr("Cancel"), look: "plain", run: () => close(null) });
      dialog.append(h("div", { class: "sources" }, shoot, leave));
      dialog.addEventListener("cancel", () => resolve(null));
      document.body.append(dialog);
      dialog.showModal();
      shoot.focus();
    });
  } finally {
    for (const track of stream.getTracks()) track.stop();
    dialog.remove();
  }
}

/** @returns {Promise<MediaStream>} */
async function camera() {
  if (!navigator.mediaDevices) {
    throw new WebError("camera", tr("The camera can only be used where the page comes by https or from this computer."));
  }
  try {
    return await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1920 } } });
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    if (name === "NotAllowedError") throw new WebError("camera", tr("The browser was not allowed to use the camera: allow it in the address bar, and try again."));
    if (name === "NotFoundError") throw new WebError("camera", tr("No camera was found: take a photo from a file."));
    throw new WebError("camera", tr("The camera cannot be used; perhaps another program has it. Close that, and try again."));
  }
}
