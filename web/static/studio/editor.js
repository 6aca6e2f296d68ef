// The editor page: opens the draft, keeps it, has it checked and hands it over for deployment.
import { CAMUNDA } from "./camunda.js";
import { make } from "./fields.js";
import { clearFindings, showFindings } from "./findings.js";
import { say, translate } from "./language.js";
import { installPalette } from "./palette.js";
import { installPanel } from "./panel.js";
import { get, post, Refused } from "./talking.js";

const MOST_BYTES = 2 * 1024 * 1024;
const byId = (id) => document.getElementById(id);
const place = byId("editor");

export const modeler = new window.BpmnJS({
  container: "#canvas",
  additionalModules: [{ translate: ["value", translate] }],
  moddleExtensions: { camunda: CAMUNDA },
});
// version: of the draft on the server; changed: not saved yet; risky: read with warnings that
// nobody has confirmed; checked: the check found no errors in what stands here.
const state = { version: 0, changed: false, risky: false, checked: false, token: "" };

installPalette(modeler);
start();

async function start() {
  try {
    const options = await get(place.dataset.options);
    state.version = options.version;
    state.token = options.token;
    if (await open(options.xml)) installPanel(modeler, byId("panel"), options);
  } catch (problem) {
    tell(sentenceOf(problem), "error");
  }
  modeler.on("commandStack.changed", changed);
  button("save", save);
  button("check", check);
  button("deploy", askToDeploy);
  button("undo", () => modeler.get("commandStack").undo());
  button("redo", () => modeler.get("commandStack").redo());
  button("download", download);
  button("fit", fit);
  byId("file").addEventListener("change", openFile);
  byId("confirm-warnings").addEventListener("change", (event) => {
    state.risky = !event.target.checked;
    showState();
  });
  byId("deploy-form").addEventListener("submit", deploy);
  byId("deploy-cancel").addEventListener("click", () => byId("deploy-dialog").close());
  window.addEventListener("beforeunload", (event) => state.changed && event.preventDefault());
  showState();
  place.dataset.ready = "true";
}

/** Show the diagram and return whether that went well. What was lost on reading is said. */
async function open(xml) {
  const { warnings } = await modeler.importXML(xml);
  state.risky = warnings.length > 0;
  byId("warnings").hidden = !state.risky;
  byId("confirm-warnings").checked = false;
  byId("warnings-list").replaceChildren(
    ...warnings.map((each) => make("li", {}, String(each.message ?? each).split("\n")[0])),
  );
  fit();
  return true;
}

/** Show the drawing from its beginning: as a whole where that can be read, else from the left. */
function fit() {
  const canvas = modeler.get("canvas");
  canvas.zoom("fit-viewport");
  const { inner, outer, scale } = canvas.viewbox();
  const readable = Math.min(Math.max(scale * 0.92, 0.7), 1);
  const beside = 130 / readable; // the palette stands here
  canvas.viewbox({
    x: inner.x - beside,
    y: inner.y - Math.max((outer.height / readable - inner.height) / 2, 24 / readable),
    width: outer.width / readable,
    height: outer.height / readable,
  });
}

function changed() {
  state.changed = true;
  state.checked = false;
  clearFindings(modeler, byId("findings"));
  tell("");
  showState();
}

/** Keep the drawing as a draft and return whether that went well. Nothing is ever lost here. */
async function save() {
  if (state.risky) {
    tell(say(
      "Noget i filen kunne ikke læses og ville gå tabt. Se advarslerne, og bekræft dem først.",
      "Something in the file could not be read and would be lost. See the warnings and confirm them first.",
    ), "error");
    byId("confirm-warnings").focus();
    return false;
  }
  const { xml } = await modeler.saveXML({ format: true });
  try {
    const kept = await post(place.dataset.save, { xml, version: state.version }, state.token, renew);
    state.version = kept.version;
    state.changed = false;
    tell(kept.sentence, "success");
    byId("saved").textContent = kept.saved;
    byId("discard").hidden = false;
    return true;
  } catch (problem) {
    tell(sentenceOf(problem), "error", problem.status === 409);
    return false;
  } finally {
    showState();
  }
}

async function renew() {
  state.token = (await get(place.dataset.options)).token;
  return state.token;
}

async function check() {
  if (state.changed && !(await save())) return false;
  tell(say("Kontrollerer …", "Checking …"), "info");
  try {
    const { findings, verdict } = await post(place.dataset.check, {}, state.token, renew);
    state.checked = !findings.some((each) => each.severity === "error");
    showFindings(modeler, byId("findings"), findings, verdict);
    tell("");
    byId("findings").focus();
  } catch (problem) {
    tell(sentenceOf(problem), "error");
  }
  showState();
  return state.checked;
}

function askToDeploy() {
  byId("deploy-version").value = state.version;
  byId("deploy-token").value = state.token;
  byId("deploy-dialog").showModal();
}

function deploy(event) {
  if (state.changed || !state.checked) event.preventDefault();
}

async function download() {
  const { xml } = await modeler.saveXML({ format: true });
  const url = URL.createObjectURL(new Blob([xml], { type: "application/xml" }));
  const link = make("a", { href: url, download: `${place.dataset.process}.bpmn` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

async function openFile(event) {
  const [file] = event.target.files;
  event.target.value = "";
  if (!file) return;
  if (file.size > MOST_BYTES) {
    return tell(say(
      `»${file.name}« fylder mere end 2 MB. Din tegning er her endnu.`,
      `“${file.name}” is larger than 2 MB. Your drawing is still here.`,
    ), "error");
  }
  const before = modeler.getDefinitions() ? (await modeler.saveXML({ format: true })).xml : null;
  try {
    await open(await file.text());
    changed();
    tell(say(
      `»${file.name}« er åbnet, men ikke gemt endnu.`,
      `“${file.name}” is open but not saved yet.`,
    ), "info");
  } catch {
    if (before) await open(before);
    tell(say(
      `»${file.name}« kan ikke åbnes: den er ikke et BPMN-diagram med en tegning. Din tegning er her endnu.`,
      `“${file.name}” cannot be opened: it is no BPMN diagram with a drawing. Your drawing is still here.`,
    ), "error");
  }
}

function showState() {
  const stack = modeler.get("commandStack");
  byId("undo").disabled = !stack.canUndo();
  byId("redo").disabled = !stack.canRedo();
  byId("deploy").disabled = !state.checked || state.changed || state.version === 0;
  mark("step-draft", state.version > 0 && !state.changed);
  mark("step-checked", state.checked);
  byId("unsaved").hidden = !state.changed;
}

function mark(id, isDone) {
  byId(id).classList.toggle("done", isDone);
  byId(`${id}-said`).textContent = isDone ? say("klar", "done") : say("mangler", "to do");
}

function tell(text, kind = "info", withFile = false) {
  const said = byId("said");
  said.replaceChildren();
  if (!text) return;
  said.append(
    make(
      "div",
      { class: `alert alert-${kind}` },
      make("div", { class: "alert-body" },
        make("p", { class: "alert-text" }, text),
        withFile
          ? make("button", { type: "button", class: "button button-secondary", onclick: download },
              say("Hent min tegning som fil", "Download my drawing"))
          : null,
      ),
    ),
  );
}

function sentenceOf(problem) {
  if (problem instanceof Refused) return problem.message;
  return say(
    `Tegningen kan ikke vises: ${String(problem.message).split("\n")[0]}`,
    `The drawing cannot be shown: ${String(problem.message).split("\n")[0]}`,
  );
}

function button(id, act) {
  byId(id).addEventListener("click", act);
}
