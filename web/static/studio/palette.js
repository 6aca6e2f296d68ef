// What one can draw is what the engine runs: the rest of BPMN is taken out of the menus, so that
// nobody draws for an hour what the check refuses. What a file brings along stays as it is.

const AFTER_THE_OTHERS = 500; // lower than the editor's own 1000, so that its entries are there
const NOT_RUN =
  /signal|link|escalation|compensat|conditional-(?:start|intermediate|boundary|intermediate-catch)|cancel|script-task|manual-task|complex|ad-?hoc|transaction|event-subprocess|timer-start|^replace-with-task$|data-(?:object|store)|^toggle-loop$/;
const WAITS = /conditional|signal|compensation/;

/** Let the menus of the editor offer what can run. */
export function installPalette(modeler) {
  modeler.get("palette").registerProvider(AFTER_THE_OTHERS, { getPaletteEntries: () => palette(modeler) });
  modeler.get("contextPad").registerProvider(AFTER_THE_OTHERS, {
    getContextPadEntries: (element) => contextPad(modeler, element),
  });
  modeler.get("popupMenu").registerProvider("bpmn-replace", AFTER_THE_OTHERS, {
    getPopupMenuEntries: () => without,
    getPopupMenuHeaderEntries: () => without,
  });
}

function palette(modeler) {
  return (entries) => {
    const kept = without(entries);
    if (kept["create.task"]) {
      const start = (event) =>
        modeler.get("create").start(event, modeler.get("elementFactory").createShape({ type: "bpmn:UserTask" }));
      kept["create.task"] = {
        ...kept["create.task"],
        className: "bpmn-icon-user-task",
        action: { dragstart: start, click: start },
      };
    }
    return kept;
  };
}

function contextPad(modeler, element) {
  return (entries) => {
    const kept = Object.fromEntries(
      Object.entries(entries).filter(([name]) => !(name.startsWith("append.") && WAITS.test(name))),
    );
    if (kept["append.append-task"]) {
      const shape = () => modeler.get("elementFactory").createShape({ type: "bpmn:UserTask" });
      kept["append.append-task"] = {
        ...kept["append.append-task"],
        className: "bpmn-icon-user-task",
        action: {
          dragstart: (event) => modeler.get("create").start(event, shape(), { source: element }),
          click: () => modeler.get("autoPlace").append(element, shape()),
        },
      };
    }
    return kept;
  };
}

function without(entries) {
  return Object.fromEntries(Object.entries(entries).filter(([name]) => !NOT_RUN.test(name)));
}
