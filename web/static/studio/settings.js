// What a node carries, read from and written to the model. Every change is one command, so that
// each can be undone.

/** Return the camunda:Property elements of a business object. */
function propertiesOf(business) {
  return holderOf(business)?.get("values") ?? [];
}

function holderOf(business) {
  const values = business.get("extensionElements")?.get("values") ?? [];
  return values.find((each) => each.$type === "camunda:Properties");
}

/** Return a setting: the attribute `camunda:<name>` if there is one, else the property. */
export function readSetting(business, name) {
  const asAttribute = readAttribute(business, name);
  if (asAttribute !== undefined) return asAttribute;
  return propertiesOf(business).find((each) => each.name === name)?.value ?? "";
}

function readAttribute(business, name) {
  const known = business.$descriptor.propertiesByName[`camunda:${name}`];
  return known ? business.get(`camunda:${name}`) : undefined;
}

/** Return all properties as [name, value] in the order of the file. */
export function allProperties(business) {
  return propertiesOf(business).map((each) => [each.name, each.value ?? ""]);
}

/** Write a setting where it is kept now, or as a property; an empty value takes it away. */
export function writeSetting(modeler, element, name, value) {
  const business = element.businessObject;
  const isAttribute = readAttribute(business, name) !== undefined || ATTRIBUTES[name]?.(business);
  if (isAttribute) return writeAttribute(modeler, element, `camunda:${name}`, value);
  return writeProperty(modeler, element, name, value);
}

const ATTRIBUTES = {
  candidateGroups: (business) => business.$type === "bpmn:UserTask",
  formKey: (business) => business.$type === "bpmn:UserTask",
  decisionRef: (business) => business.$type === "bpmn:BusinessRuleTask",
};

/** Write an attribute of the element itself. */
export function writeAttribute(modeler, element, name, value) {
  modeler.get("modeling").updateProperties(element, { [name]: value === "" ? undefined : value });
}

/** Write an attribute or child of something inside the element. */
export function writeInside(modeler, element, inside, properties) {
  modeler.get("modeling").updateModdleProperties(element, inside, properties);
}

/** Write a property; an empty value takes it away, and the lists that are empty then. */
export function writeProperty(modeler, element, name, value) {
  const business = element.businessObject;
  const found = propertiesOf(business).find((each) => each.name === name);
  if (found && value !== "") return writeInside(modeler, element, found, { value });
  if (found) return removeProperty(modeler, element, found);
  if (value !== "") addProperty(modeler, element, name, value);
}

function removeProperty(modeler, element, property) {
  const business = element.businessObject;
  const holder = holderOf(business);
  const rest = holder.get("values").filter((each) => each !== property);
  if (rest.length) return writeInside(modeler, element, holder, { values: rest });
  const extensions = business.get("extensionElements");
  const others = extensions.get("values").filter((each) => each !== holder);
  if (others.length) return writeInside(modeler, element, extensions, { values: others });
  writeAttribute(modeler, element, "extensionElements", "");
}

function addProperty(modeler, element, name, value) {
  const moddle = modeler.get("moddle");
  const business = element.businessObject;
  const property = moddle.create("camunda:Property", { name, value });
  const holder = holderOf(business);
  if (holder) {
    property.$parent = holder;
    return writeInside(modeler, element, holder, { values: [...holder.get("values"), property] });
  }
  const made = moddle.create("camunda:Properties", { values: [property] });
  property.$parent = made;
  const extensions = business.get("extensionElements");
  if (extensions) {
    made.$parent = extensions;
    return writeInside(modeler, element, extensions, { values: [...extensions.get("values"), made] });
  }
  const all = moddle.create("bpmn:ExtensionElements", { values: [made] });
  made.$parent = all;
  all.$parent = business;
  modeler.get("modeling").updateProperties(element, { extensionElements: all });
}

/** Write the text of an expression inside `holder`; an empty text takes the expression away. */
export function writeExpression(modeler, element, holder, name, text) {
  const found = holder.get(name);
  if (found && text) return writeInside(modeler, element, found, { body: text });
  const made = text
    ? modeler.get("moddle").create("bpmn:FormalExpression", { body: text })
    : undefined;
  if (made) made.$parent = holder;
  writeInside(modeler, element, holder, { [name]: made });
}

/** Let an event or task be about the message of that name; a new one is made when it is missing. */
export function writeMessage(modeler, element, holder, name) {
  if (name === "") return writeInside(modeler, element, holder, { messageRef: undefined });
  const definitions = modeler.getDefinitions();
  const roots = definitions.get("rootElements");
  const found = roots.find((each) => each.$type === "bpmn:Message" && each.name === name);
  if (found) return writeInside(modeler, element, holder, { messageRef: found });
  const made = modeler.get("moddle").create("bpmn:Message", { id: freeId(modeler, name), name });
  made.$parent = definitions;
  // two commands, so two steps back; the first alone does no harm
  writeInside(modeler, element, definitions, { rootElements: [...roots, made] });
  writeInside(modeler, element, holder, { messageRef: made });
}

function freeId(modeler, name) {
  const wanted = `message_${name.replace(/[^A-Za-z0-9_]/g, "_")}`;
  return modeler.get("moddle").ids.assigned(wanted) ? modeler.get("moddle").ids.next() : wanted;
}
