// The panel beside the drawing: what the selected element carries, in words.
import { deadlineFields } from "./deadline_field.js";
import { checkField, group, make, note, selectField, textField } from "./fields.js";
import { say } from "./language.js";
import {
  allProperties,
  readSetting,
  writeAttribute,
  writeExpression,
  writeInside,
  writeMessage,
  writeProperty,
  writeSetting,
} from "./settings.js";

const SHOWN = new Set([
  "deadline",
  "no_deadline_because",
  "ladder",
  "legal_limit",
  "why_now",
  "purpose",
  "outside_party",
  "handler",
  "candidateGroups",
]);

/** Keep the panel in step with what is selected. `options` are what the house offers. */
export function installPanel(modeler, place, options) {
  const selection = modeler.get("selection");
  let shown = null;
  const show = () => {
    const selected = selection.get();
    shown = selected.length === 1 ? selected[0].labelTarget ?? selected[0] : rootOf(modeler);
    const focused = place.contains(document.activeElement) ? document.activeElement.id : null;
    const scrolled = place.scrollTop;
    place.replaceChildren(...contents(modeler, shown, options));
    place.scrollTop = scrolled;
    if (focused) document.getElementById(focused)?.focus();
  };
  // A box that is being left may have changed the element: let its event end first.
  const later = () => queueMicrotask(show);
  modeler.on("selection.changed", later);
  modeler.on("elements.changed", later);
  modeler.on("import.done", later);
  show();
}

function rootOf(modeler) {
  return modeler.get("canvas").getRootElement();
}

function contents(modeler, element, options) {
  const business = element.businessObject;
  if (!business) return [note(say("Vælg noget på tegningen.", "Select something in the drawing."))];
  const fields = { modeler, element, business, options };
  const special = GROUPS[business.$type] ?? (() => []);
  return [
    make("h2", {}, kindOf(business, modeler)),
    nameGroup(fields),
    ...special(fields),
    ...(business.get("loopCharacteristics") ? [loopGroup(fields)] : []),
    ...restGroup(fields),
  ].filter(Boolean);
}

function kindOf(business, modeler) {
  const words = business.$type
    .replace("bpmn:", "")
    .replace(/(?!^)([A-Z])/g, (_, letter) => ` ${letter.toLowerCase()}`);
  return KINDS[business.$type] ? say(...KINDS[business.$type]) : modeler.get("translate")(words);
}

const KINDS = {
  "bpmn:UserTask": ["Brugeropgave", "User task"],
  "bpmn:ServiceTask": ["Serviceopgave", "Service task"],
  "bpmn:SendTask": ["Sendeopgave", "Send task"],
  "bpmn:ReceiveTask": ["Modtageopgave", "Receive task"],
  "bpmn:BusinessRuleTask": ["Beslutningsopgave", "Business rule task"],
  "bpmn:CallActivity": ["Kald af en proces", "Call activity"],
  "bpmn:SubProcess": ["Delproces", "Sub-process"],
  "bpmn:SequenceFlow": ["Vej", "Sequence flow"],
  "bpmn:MessageFlow": ["Besked til øjet", "Message flow"],
  "bpmn:Association": ["Note-linje", "Association"],
  "bpmn:TextAnnotation": ["Tekstnote", "Text annotation"],
  "bpmn:Group": ["Gruppe", "Group"],
  "bpmn:Process": ["Proces", "Process"],
  "bpmn:Collaboration": ["Hele tegningen", "The whole drawing"],
  "bpmn:Participant": ["Pool", "Pool"],
  "bpmn:Lane": ["Bane", "Lane"],
  "bpmn:StartEvent": ["Start", "Start event"],
  "bpmn:EndEvent": ["Slutning", "End event"],
  "bpmn:IntermediateCatchEvent": ["Ventende hændelse", "Intermediate catch event"],
  "bpmn:IntermediateThrowEvent": ["Hændelse undervejs", "Intermediate throw event"],
  "bpmn:BoundaryEvent": ["Hændelse på kanten", "Boundary event"],
  "bpmn:ExclusiveGateway": ["Eksklusiv gateway", "Exclusive gateway"],
  "bpmn:InclusiveGateway": ["Inklusiv gateway", "Inclusive gateway"],
  "bpmn:ParallelGateway": ["Parallel gateway", "Parallel gateway"],
  "bpmn:EventBasedGateway": ["Hændelsesgateway", "Event-based gateway"],
  "bpmn:ComplexGateway": ["Kompleks gateway", "Complex gateway"],
  "bpmn:Task": ["Opgave uden type", "Task without a type"],
  "bpmn:ManualTask": ["Manuel opgave", "Manual task"],
  "bpmn:ScriptTask": ["Scriptopgave", "Script task"],
};

function nameGroup({ modeler, element, business }) {
  const isNote = business.$type === "bpmn:TextAnnotation";
  if (!isNote && business.$descriptor.propertiesByName.name === undefined) return null;
  const attribute = isNote ? "text" : "name";
  return textField({
    id: "name",
    label: isNote ? say("Tekst", "Text") : say("Navn", "Name"),
    value: business.get(attribute),
    rows: 2,
    change: (value) =>
      isNote
        ? modeler.get("modeling").updateProperties(element, { text: value })
        : modeler.get("modeling").updateLabel(element, value),
  });
}

function setting({ modeler, element, business }, name, field) {
  return {
    id: name,
    value: readSetting(business, name),
    change: (value) => writeSetting(modeler, element, name, value),
    ...field,
  };
}

const GROUPS = {
  "bpmn:UserTask": (fields) => [whoGroup(fields, true), deadlineGroup(fields), chaseGroup(fields), wordsGroup(fields)],
  "bpmn:ServiceTask": (fields) => [handlerGroup(fields)],
  "bpmn:BusinessRuleTask": (fields) => [tableGroup(fields)],
  "bpmn:CallActivity": (fields) => [calledGroup(fields), whoGroup(fields, false), becauseGroup(fields)],
  "bpmn:ReceiveTask": (fields) => [messageGroup(fields, fields.business), whoGroup(fields, false), becauseGroup(fields)],
  "bpmn:SendTask": (fields) => [messageGroup(fields, fields.business)],
  "bpmn:StartEvent": eventGroups,
  "bpmn:EndEvent": eventGroups,
  "bpmn:IntermediateThrowEvent": eventGroups,
  "bpmn:IntermediateCatchEvent": eventGroups,
  "bpmn:BoundaryEvent": eventGroups,
  "bpmn:SequenceFlow": (fields) => flowGroups(fields),
  "bpmn:Process": (fields) => [processGroup(fields, fields.business)],
  "bpmn:Participant": (fields) =>
    fields.business.processRef ? [processGroup(fields, fields.business.processRef)] : [],
};

function whoGroup(fields, withForm) {
  const role = readSetting(fields.business, "candidateGroups");
  const roles = role.startsWith("=")
    ? [{ value: role, label: say(`regnes ud: ${role.slice(1)}`, `worked out: ${role.slice(1)}`) }]
    : [];
  return group(
    withForm ? say("Hvem gør hvad", "Who does what") : say("Hvem holder øje", "Who keeps an eye on it"),
    selectField(setting(fields, "candidateGroups", {
      label: say("Rolle", "Role"),
      options: [...roles, ...fields.options.roles],
      none: say("Vælg …", "Choose …"),
    })),
    withForm
      ? selectField(setting(fields, "formKey", {
          label: say("Formular", "Form"),
          options: fields.options.forms,
          none: say("Vælg …", "Choose …"),
        }))
      : null,
  );
}

function deadlineGroup({ modeler, element, business, options }) {
  return deadlineFields({
    feel: readSetting(business, "deadline"),
    because: readSetting(business, "no_deadline_because"),
    options,
    change: (feel) => writeProperty(modeler, element, "deadline", feel),
    explain: (because) => writeProperty(modeler, element, "no_deadline_because", because),
  });
}

function chaseGroup(fields) {
  return group(
    say("Hvis fristen overskrides", "When the deadline passes"),
    selectField(setting(fields, "ladder", {
      label: say("Stige", "Ladder"),
      options: fields.options.ladders,
      none: say("A – ordinær (når intet er valgt)", "A – ordinary (when nothing is chosen)"),
    })),
    textField(setting(fields, "legal_limit", {
      label: say("Lovens grænse (FEEL)", "Legal limit (FEEL)"),
      code: true,
      help: say("Den dato, loven nævner, hvis der er en.", "The date that the law names, if any."),
    })),
    textField(setting(fields, "outside_party", {
      label: say("Venter på en uden for huset (FEEL)", "Waits for somebody outside (FEEL)"),
      code: true,
    })),
  );
}

function wordsGroup(fields) {
  return group(
    say("Ord til den, der får opgaven", "Words for who gets the task"),
    textField(setting(fields, "why_now", { label: say("Hvorfor nu", "Why now"), rows: 2 })),
    textField(setting(fields, "purpose", { label: say("Formål", "Purpose"), rows: 2 })),
  );
}

function becauseGroup(fields) {
  return textField(setting(fields, "no_deadline_because", {
    label: say("Hvorfor er der ingen frist her?", "Why is there no deadline here?"),
    rows: 2,
  }));
}

function handlerGroup(fields) {
  const chosen = fields.options.handlers.find(
    (each) => each.name === readSetting(fields.business, "handler"),
  );
  const named = (prefix, names, hint) =>
    names.map((name) =>
      textField(setting(fields, `${prefix}${name}`, { label: `${name}${hint(name)}`, code: true })),
    );
  return group(
    say("Hvad den gør", "What it does"),
    selectField(setting(fields, "handler", {
      label: say("Funktion", "Function"),
      options: fields.options.handlers.map((each) => ({ value: each.name, label: each.name })),
      none: say("Vælg …", "Choose …"),
      help: chosen?.help,
    })),
    ...(chosen
      ? [
          ...named("in.", [...chosen.inputs, ...chosen.optional], (name) =>
            chosen.optional.includes(name)
              ? say(" får at vide (kan springes over)", " is told (optional)")
              : say(" får at vide", " is told"),
          ),
          ...named("out.", chosen.outputs, () => say(" bliver til", " becomes")),
        ]
      : []),
  );
}

function tableGroup(fields) {
  return selectField(setting(fields, "decisionRef", {
    label: say("Beslutningstabel", "Decision table"),
    options: fields.options.tables,
    none: say("Vælg …", "Choose …"),
  }));
}

function calledGroup({ modeler, element, business, options }) {
  return selectField({
    id: "called",
    label: say("Proces", "Process"),
    value: business.get("calledElement") ?? "",
    options: options.processes,
    none: say("Vælg …", "Choose …"),
    change: (value) => writeAttribute(modeler, element, "calledElement", value),
  });
}

function messageGroup({ modeler, element, business, options }, holder) {
  return textField({
    id: "message",
    label: say("Besked", "Message"),
    value: readSetting(business, "message") || (holder.get("messageRef")?.name ?? ""),
    list: options.messages,
    help: say("Navnet, som afsender og modtager er enige om.", "The name that both ends agree on."),
    change: (value) => writeMessage(modeler, element, holder, value),
  });
}

function eventGroups(fields) {
  const definition = fields.business.get("eventDefinitions")?.[0];
  if (definition?.$type === "bpmn:TimerEventDefinition") return [timerGroup(fields, definition)];
  if (definition?.$type !== "bpmn:MessageEventDefinition") return [];
  const waits = fields.business.$type === "bpmn:IntermediateCatchEvent";
  return [
    messageGroup(fields, definition),
    ...(waits ? [whoGroup(fields, false), becauseGroup(fields)] : []),
  ];
}

function timerGroup({ modeler, element }, definition) {
  const field = (name, label) =>
    textField({
      id: name,
      label,
      code: true,
      rows: 2,
      value: definition.get(name)?.body ?? "",
      change: (text) => writeExpression(modeler, element, definition, name, text),
    });
  return group(
    say("Hvornår uret ringer", "When the timer rings"),
    field("timeDate", say("På en dato (FEEL)", "On a date (FEEL)")),
    field("timeDuration", say("Efter en tid (FEEL)", "After a time (FEEL)")),
    note(say("Skriv det ene.", "Write one of them.")),
  );
}

function flowGroups({ modeler, element, business }) {
  const source = business.sourceRef;
  const decides = ["bpmn:ExclusiveGateway", "bpmn:InclusiveGateway"].includes(source?.$type);
  const condition = business.get("conditionExpression");
  if (!decides && !condition) return [];
  return [
    textField({
      id: "condition",
      label: say("Betingelse (FEEL)", "Condition (FEEL)"),
      code: true,
      rows: 3,
      value: condition?.body ?? "",
      change: (text) => writeExpression(modeler, element, business, "conditionExpression", text),
    }),
    decides
      ? checkField({
          id: "default",
          label: say("Vejen, der følges ellers", "The way taken otherwise"),
          value: source.get("default") === business,
          change: (isDefault) =>
            modeler
              .get("modeling")
              .updateProperties(element.source, { default: isDefault ? business : undefined }),
        })
      : null,
  ];
}

function processGroup({ modeler, element, business }, process) {
  const write = (properties) =>
    process === business
      ? modeler.get("modeling").updateProperties(element, properties)
      : writeInside(modeler, element, process, properties);
  const text = process.get("documentation")[0]?.text ?? "";
  return group(
    say("Processen", "The process"),
    textField({ id: "process-id", label: "Id", code: true, value: process.id, change: (id) => id && write({ id }) }),
    checkField({
      id: "executable",
      label: say("Kan køre", "Executable"),
      value: Boolean(process.isExecutable),
      change: (isExecutable) => write({ isExecutable }),
    }),
    textField({
      id: "documentation",
      label: say("Beskrivelse", "Description"),
      rows: 5,
      value: text,
      change: (given) => {
        const made = modeler.get("moddle").create("bpmn:Documentation", { text: given });
        made.$parent = process;
        write({ documentation: given ? [made] : [] });
      },
    }),
  );
}

function loopGroup({ modeler, element, business }) {
  const loop = business.get("loopCharacteristics");
  if (loop.$type !== "bpmn:MultiInstanceLoopCharacteristics") return null;
  const attribute = (name, label) =>
    textField({
      id: `loop-${name}`,
      label,
      code: true,
      value: loop.get(`camunda:${name}`) ?? "",
      change: (text) =>
        writeInside(modeler, element, loop, { [`camunda:${name}`]: text || undefined }),
    });
  return group(
    say("Gentages for hver i listen", "Repeated for each in the list"),
    attribute("collection", say("Liste (FEEL)", "List (FEEL)")),
    attribute("elementVariable", say("Navn på den enkelte", "Name of the single one")),
    textField({
      id: "loop-enough",
      label: say("Nok, når (FEEL)", "Enough when (FEEL)"),
      code: true,
      value: loop.get("completionCondition")?.body ?? "",
      change: (text) => writeExpression(modeler, element, loop, "completionCondition", text),
    }),
  );
}

function restGroup({ modeler, element, business }) {
  if (business.$descriptor.propertiesByName.extensionElements === undefined) return [];
  const isService = business.$type === "bpmn:ServiceTask";
  const rest = allProperties(business).filter(
    ([name]) => !SHOWN.has(name) && !(isService && /^(in|out)\./.test(name)),
  );
  const boxes = rest.map(([name, value]) =>
    textField({
      id: `rest-${name}`,
      label: name,
      value,
      code: true,
      change: (text) => writeProperty(modeler, element, name, text),
    }),
  );
  const added = textField({
    id: "rest-new",
    label: say("Ny indstilling", "New setting"),
    value: "",
    code: true,
    help: say("navn = værdi, fx in.due = meets_on", "name = value, for instance in.due = meets_on"),
    change: (text) => {
      const [, name, value] = /^([\w.]+)\s*=\s*(.+)$/s.exec(text) ?? [];
      if (name) writeProperty(modeler, element, name, value);
    },
  });
  const details = make(
    "details",
    { class: "panel-rest", open: boxes.length > 0 },
    make("summary", {}, say("Andre indstillinger", "Other settings")),
    ...boxes,
    added,
  );
  return [details];
}
