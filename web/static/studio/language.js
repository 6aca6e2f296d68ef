// The language of the page, for our own words and for those of the diagram editor.
import { DANISH } from "./da.js";

const isEnglish = document.documentElement.lang === "en";

/** What the editor asked for in Danish and nobody has translated; the browser tests look here. */
export const untranslated = new Set();

/** Return the Danish or the English words, as the page speaks. */
export function say(danish, english) {
  return isEnglish ? english : danish;
}

/** Translate what bpmn-js says: `{name}` in the text is filled from `values`. */
export function translate(text, values = {}) {
  const found = isEnglish ? text : DANISH[text];
  if (found === undefined) untranslated.add(text);
  return (found ?? text).replace(/\{([^}]+)\}/g, (whole, name) => values[name] ?? whole);
}
