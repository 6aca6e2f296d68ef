// The parts of the panel: labelled boxes that say so when somebody has changed them.

/** Make an element; `on…` are listeners, the rest attributes, false and null left out. */
export function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

/** A box for text: one line, or `rows` of them; `code` for FEEL, `list` for what is suggested. */
export function textField({ id, label, value, change, help, rows, code, list, type }) {
  const common = {
    id: `panel-${id}`,
    class: `form-input${code ? " code" : ""}`,
    spellcheck: code ? "false" : null,
    autocomplete: "off",
    "aria-describedby": help ? `panel-${id}-help` : null,
    onchange: (event) => change(event.target.value.trim()),
  };
  const box = rows
    ? make("textarea", { ...common, rows })
    : make("input", { ...common, type: type ?? "text", list: list ? `panel-${id}-list` : null });
  box.value = value ?? "";
  const suggested = list
    ? make("datalist", { id: `panel-${id}-list` }, list.map((each) => make("option", { value: each })))
    : null;
  return wrapped(id, label, help, box, suggested);
}

/** A box to choose in; what is kept but not offered stands there as it is. */
export function selectField({ id, label, options, value, change, help, none }) {
  const offered = options.some((each) => each.value === value) || value === ""
    ? options
    : [...options, { value, label: `${value} (?)` }];
  const box = make(
    "select",
    {
      id: `panel-${id}`,
      class: "form-select",
      "aria-describedby": help ? `panel-${id}-help` : null,
      onchange: (event) => change(event.target.value),
    },
    none === undefined ? null : make("option", { value: "" }, none),
    offered.map((each) => make("option", { value: each.value }, each.label)),
  );
  box.value = value ?? "";
  return wrapped(id, label, help, box);
}

/** A box to tick. */
export function checkField({ id, label, value, change, help }) {
  const box = make("input", {
    type: "checkbox",
    class: "form-checkbox",
    id: `panel-${id}`,
    onchange: (event) => change(event.target.checked),
  });
  box.checked = value;
  return make(
    "div",
    { class: "panel-field form-group-checkbox" },
    box,
    make("label", { for: `panel-${id}` }, label),
    help ? make("span", { class: "form-hint" }, help) : null,
  );
}

/** Fields that belong together, under a heading. */
export function group(heading, ...fields) {
  return make("fieldset", { class: "panel-group" }, make("legend", {}, heading), ...fields);
}

/** A sentence between the fields. */
export function note(text) {
  return make("p", { class: "form-hint" }, text);
}

function wrapped(id, label, help, ...boxes) {
  return make(
    "div",
    { class: "panel-field" },
    make("label", { class: "form-label", for: `panel-${id}` }, label),
    help ? make("span", { class: "form-hint", id: `panel-${id}-help` }, help) : null,
    ...boxes,
  );
}
