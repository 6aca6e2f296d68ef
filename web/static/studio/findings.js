// What the check says: a list beside the drawing, and a badge on each element it is about.
import { make } from "./fields.js";
import { say } from "./language.js";

const KIND = "finding";

/**
 * Show findings ({severity, element, element_name, text, file, line}) in `list` and the drawing;
 * `verdict` is what they come to.
 */
export function showFindings(modeler, list, findings, verdict) {
  clearFindings(modeler, list);
  list.replaceChildren(
    summary(findings, verdict),
    make("ul", { class: "findings-list" }, findings.map((each) => row(modeler, each))),
  );
  badges(modeler, findings);
}

/** Take list and badges away: what they said may no longer be so. */
export function clearFindings(modeler, list) {
  modeler.get("overlays").remove({ type: KIND });
  list.replaceChildren();
}

export function word(severity) {
  return severity === "error" ? say("Fejl", "Error") : say("Advarsel", "Warning");
}

function summary(findings, verdict) {
  const isBad = findings.some((each) => each.severity === "error");
  return make("p", { class: `findings-sum ${isBad ? "bad" : "good"}` }, verdict);
}

function row(modeler, finding) {
  const where = finding.element_name || finding.element || `${finding.file}${finding.line ? `, ${say("linje", "line")} ${finding.line}` : ""}`;
  const parts = [
    make("span", { class: `chip chip-${finding.severity}` }, word(finding.severity)),
    make("strong", {}, where),
    make("span", { class: "finding-text" }, finding.text),
  ];
  if (!modeler.get("elementRegistry").get(finding.element)) {
    return make("li", {}, make("div", { class: "finding" }, parts));
  }
  return make(
    "li",
    {},
    make("button", { type: "button", class: "finding", onclick: () => select(modeler, finding.element) }, parts),
  );
}

function badges(modeler, findings) {
  const byElement = Map.groupBy
    ? Map.groupBy(findings, (each) => each.element)
    : grouped(findings);
  for (const [id, here] of byElement) {
    const element = modeler.get("elementRegistry").get(id);
    if (!element) continue;
    const worst = here.some((each) => each.severity === "error") ? "error" : "warning";
    const badge = make(
      "button",
      {
        type: "button",
        class: `finding-badge finding-badge-${worst}`,
        title: here.map((each) => each.text).join("\n"),
        onclick: () => select(modeler, id),
      },
      `${word(worst)}${here.length > 1 ? ` (${here.length})` : ""}`,
    );
    modeler.get("overlays").add(id, KIND, { position: { top: -12, left: 4 }, html: badge });
  }
}

function grouped(findings) {
  const found = new Map();
  for (const each of findings) found.set(each.element, [...(found.get(each.element) ?? []), each]);
  return found;
}

function select(modeler, id) {
  const element = modeler.get("elementRegistry").get(id);
  modeler.get("selection").select(element);
  modeler.get("canvas").scrollToElement(element, { top: 120, bottom: 120, left: 200, right: 120 });
}
