// The deadline of a task as people set it; behind it stands FEEL.
import { read, UNITS, write } from "./deadline.js";
import { group, note, selectField, textField } from "./fields.js";
import { say } from "./language.js";

const CREATED = "created";

/**
 * Return the fields of a deadline. `feel` is what stands there, `because` why there is none;
 * `write(feel)` and `explain(because)` are called with what it becomes.
 */
export function deadlineFields({ feel, because, options, change, explain }) {
  const simple = read(feel);
  const mode = feel === "" ? "none" : simple === null ? "feel" : simple.key ? "param" : "period";
  const fields = [
    selectField({
      id: "deadline-mode",
      label: say("Fristen er", "The deadline is"),
      value: mode,
      options: [
        { value: "param", label: say("en af kommunens parametre", "one of the municipality's parameters") },
        { value: "period", label: say("et antal dage", "a number of days") },
        { value: "feel", label: say("skrevet som udtryk", "written as an expression") },
        { value: "none", label: say("der er ingen", "there is none") },
      ],
      change: (chosen) => change(started(chosen, feel, simple, options)),
    }),
  ];
  if (mode === "param" || mode === "period") {
    fields.push(...lengthFields(simple, mode, options, change), ...fromFields(simple, options, change));
  }
  if (mode === "feel") fields.push(feelField(feel, change));
  if (mode === "none") fields.push(becauseField(because, explain));
  return group(say("Frist", "Deadline"), ...fields);
}

function started(mode, feel, simple, options) {
  const base = simple ?? { direction: "after", from: CREATED };
  if (mode === "none") return "";
  if (mode === "feel") return feel || `after(${CREATED}, param("${options.parameters[0]?.key ?? ""}"))`;
  if (mode === "param") {
    return write({ ...base, period: null, key: base.key ?? options.parameters[0]?.key ?? "" });
  }
  return write({ ...base, key: null, period: base.period ?? { number: 5, unit: "WD" } });
}

function lengthFields(simple, mode, options, change) {
  if (mode === "param") {
    return [
      selectField({
        id: "deadline-key",
        label: say("Parameter", "Parameter"),
        value: simple.key,
        options: options.parameters.map((each) => ({
          value: each.key,
          label: `${each.title} (${each.words})`,
        })),
        change: (key) => change(write({ ...simple, key })),
      }),
    ];
  }
  const { number, unit } = simple.period;
  return [
    textField({
      id: "deadline-number",
      label: say("Antal", "Number"),
      type: "number",
      value: String(number),
      change: (text) => {
        const given = Number.parseInt(text, 10);
        const next = Number.isInteger(given) && given >= 0 && given < 100000 ? given : number;
        change(write({ ...simple, period: { number: next, unit } }));
      },
    }),
    selectField({
      id: "deadline-unit",
      label: say("Slags dage", "Kind of days"),
      value: unit,
      options: Object.entries(UNITS).map(([value, words]) => ({ value, label: say(...words) })),
      change: (chosen) => change(write({ ...simple, period: { number, unit: chosen } })),
    }),
  ];
}

function fromFields(simple, options, change) {
  const dates = options.dates.map((name) => ({ value: name, label: name }));
  return [
    selectField({
      id: "deadline-direction",
      label: say("Regnes", "Counted"),
      value: simple.direction,
      options: [
        { value: "after", label: say("frem fra", "on from") },
        { value: "before", label: say("tilbage fra", "back from") },
      ],
      change: (direction) => change(write({ ...simple, direction })),
    }),
    selectField({
      id: "deadline-from",
      label: say("Fra hvornår", "From when"),
      value: simple.from,
      options: [
        { value: CREATED, label: say("opgaven oprettes", "the task is made") },
        ...dates,
      ],
      change: (from) => change(write({ ...simple, from })),
    }),
  ];
}

function feelField(feel, change) {
  return textField({
    id: "deadline-feel",
    label: say("Udtryk (FEEL)", "Expression (FEEL)"),
    value: feel,
    rows: 3,
    code: true,
    help: say(
      "Giver en dato, fx after(created, param(\"screening\")).",
      "Gives a date, for instance after(created, param(\"screening\")).",
    ),
    change,
  });
}

function becauseField(because, explain) {
  return [
    textField({
      id: "deadline-because",
      label: say("Hvorfor er der ingen frist?", "Why is there no deadline?"),
      value: because,
      rows: 2,
      change: explain,
    }),
    note(say("Uden frist bliver ingen rykket.", "Without a deadline nobody is reminded.")),
  ];
}
