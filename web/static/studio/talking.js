// Talking to the server: what goes wrong comes back as one clear sentence, never as a code.
import { say } from "./language.js";

/** What could not be done; `message` is the sentence, `status` the answer's number or 0. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Return the JSON of an address. Raises `Refused`. */
export async function get(url) {
  return answered(await tried(() => fetch(url, { headers: { Accept: "application/json" } })));
}

/**
 * Post JSON and return the JSON that comes back. Who has signed in anew in another tab has a new
 * token: it is asked for once, by `renew`. Raises `Refused`.
 */
export async function post(url, data, token, renew) {
  const send = (csrf) =>
    tried(() =>
      fetch(url, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": csrf },
        body: JSON.stringify(data),
      }),
    );
  const first = await send(token);
  if (first.status !== 400 || !renew) return answered(first);
  return answered(await send(await renew()));
}

async function tried(ask) {
  try {
    return await ask();
  } catch {
    throw new Refused(0, say(
      "Der er ingen forbindelse til Tovholder. Tegningen er her endnu. Prøv igen om lidt.",
      "There is no connection to Tovholder. The drawing is still here. Try again in a moment.",
    ));
  }
}

async function answered(response) {
  const isJson = (response.headers.get("Content-Type") ?? "").startsWith("application/json");
  if (response.ok && isJson) return response.json();
  const said = isJson ? (await response.json()).sentence : "";
  throw new Refused(response.status, said || byStatus(response.redirected ? 401 : response.status));
}

function byStatus(status) {
  if (status === 401) {
    return say(
      "Du er blevet logget ud. Log ind i et nyt faneblad, og gem så igen her. Tegningen er her endnu.",
      "You have been signed out. Sign in in a new tab, then save again here. The drawing is still here.",
    );
  }
  if (status === 413) return say("Tegningen fylder mere end 2 MB.", "The drawing is larger than 2 MB.");
  return say(
    "Noget gik galt. Tegningen er her endnu. Prøv igen, eller hent den som fil.",
    "Something went wrong. The drawing is still here. Try again, or download it.",
  );
}
