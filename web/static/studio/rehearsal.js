// How far a rehearsal has come, without a new page; when it is over, the page with its report.
// Without this script the page loads itself anew.
import { get } from "./talking.js";

const EVERY = 2000; // milliseconds
const place = document.querySelector("[data-progress]");

async function look() {
  try {
    const now = await get(place.dataset.progress);
    if (!now.open) return location.reload();
    place.querySelector("label").textContent = now.doing;
    place.querySelector("progress").value = now.percent;
    place.querySelector(".percent").textContent = `${now.percent} %`;
  } catch {
    // no connection for a moment: the next look tells
  }
  return setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
