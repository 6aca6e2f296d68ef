// What the camunda: namespace may hold, so that the editor keeps it when it reads, copies and
// writes. A namespace that the editor does not know is lost on copy; a known one whose element is
// not described here is lost on reading, with a warning.

const attribute = (name, type = "String") => ({ name, isAttr: true, type });
const attributes = (...names) => names.map((name) => attribute(name));
const many = (name, type) => ({ name, type, isMany: true });
const body = (name) => ({ name, isBody: true, type: "String" });
const extension = (name, hosts, properties) => ({ name, isAbstract: true, extends: hosts, properties });
const element = (name, properties, meta) => ({
  name,
  superClass: ["Element"],
  ...(meta ? { meta: { allowedIn: meta } } : {}),
  properties,
});

const FLOW_NODES = ["bpmn:Activity", "bpmn:Gateway", "bpmn:Event"];

export const CAMUNDA = {
  name: "Camunda",
  uri: "http://camunda.org/schema/1.0/bpmn",
  prefix: "camunda",
  xml: { tagAlias: "lowerCase" },
  types: [
    extension("Asynchronous", FLOW_NODES, [
      attribute("asyncBefore", "Boolean"),
      attribute("asyncAfter", "Boolean"),
      attribute("exclusive", "Boolean"),
      attribute("async", "Boolean"),
      ...attributes("jobPriority", "taskPriority"),
    ]),
    extension("Assignable", ["bpmn:UserTask"], [
      ...attributes("assignee", "candidateUsers", "candidateGroups", "dueDate", "followUpDate", "priority"),
    ]),
    extension("Owned", ["bpmn:ReceiveTask", "bpmn:CallActivity", "bpmn:Event", "bpmn:SubProcess"], [
      attribute("candidateGroups"),
    ]),
    extension("FormSupported", ["bpmn:UserTask", "bpmn:StartEvent"], [
      ...attributes("formKey", "formRef", "formRefBinding", "formRefVersion", "formHandlerClass"),
    ]),
    extension("Startable", ["bpmn:StartEvent"], attributes("initiator")),
    extension("Looping", ["bpmn:MultiInstanceLoopCharacteristics"], [
      ...attributes("collection", "elementVariable"),
    ]),
    extension("Deciding", ["bpmn:BusinessRuleTask"], [
      ...attributes(
        "decisionRef",
        "decisionRefBinding",
        "decisionRefVersion",
        "decisionRefVersionTag",
        "decisionRefTenantId",
        "mapDecisionResult",
      ),
    ]),
    extension(
      "ServiceLike",
      ["bpmn:ServiceTask", "bpmn:BusinessRuleTask", "bpmn:SendTask", "bpmn:MessageEventDefinition"],
      attributes("class", "expression", "delegateExpression", "resultVariable", "type", "topic"),
    ),
    extension("Calling", ["bpmn:CallActivity"], [
      ...attributes(
        "calledElementBinding",
        "calledElementVersion",
        "calledElementVersionTag",
        "calledElementTenantId",
        "caseRef",
        "variableMappingClass",
        "variableMappingDelegateExpression",
      ),
    ]),
    extension("ProcessLike", ["bpmn:Process"], [
      ...attributes(
        "candidateStarterGroups",
        "candidateStarterUsers",
        "versionTag",
        "historyTimeToLive",
      ),
      attribute("isStartableInTasklist", "Boolean"),
    ]),
    extension("Scripted", ["bpmn:ScriptTask"], attributes("resultVariable", "resource")),
    extension("Conditional", ["bpmn:FormalExpression"], attributes("resource")),
    extension("ErrorLike", ["bpmn:Error"], attributes("errorMessage")),
    extension("ErrorCaught", ["bpmn:ErrorEventDefinition"], [
      ...attributes("errorCodeVariable", "errorMessageVariable"),
    ]),
    extension("Tagged", ["bpmn:Definitions"], attributes("diagramRelationId")),

    element("Properties", [many("values", "Property")], ["*"]),
    element("Property", attributes("id", "name", "value")),
    element("FormData", [many("fields", "FormField"), attribute("businessKey")], [
      "bpmn:StartEvent",
      "bpmn:UserTask",
    ]),
    element("FormField", [
      ...attributes("id", "label", "type", "datePattern", "defaultValue"),
      { name: "properties", type: "Properties" },
      { name: "validation", type: "Validation" },
      many("values", "Value"),
    ]),
    element("Validation", [many("constraints", "Constraint")]),
    element("Constraint", attributes("name", "config")),
    element("Value", [...attributes("id", "name"), body("value")]),
    element("InputOutput", [
      many("inputParameters", "InputParameter"),
      many("outputParameters", "OutputParameter"),
    ], ["*"]),
    element("InputOutputParameter", [
      attribute("name"),
      body("value"),
      { name: "definition", type: "InputOutputParameterDefinition" },
    ]),
    { name: "InputParameter", superClass: ["InputOutputParameter"] },
    { name: "OutputParameter", superClass: ["InputOutputParameter"] },
    { name: "InputOutputParameterDefinition", isAbstract: true },
    {
      name: "List",
      superClass: ["InputOutputParameterDefinition"],
      properties: [many("items", "InputOutputParameterDefinition")],
    },
    {
      name: "Map",
      superClass: ["InputOutputParameterDefinition"],
      properties: [many("entries", "Entry")],
    },
    element("Entry", [
      attribute("key"),
      body("value"),
      { name: "definition", type: "InputOutputParameterDefinition" },
    ]),
    {
      name: "Script",
      superClass: ["InputOutputParameterDefinition"],
      properties: [...attributes("scriptFormat", "resource"), body("value")],
    },
    element("ExecutionListener", [
      ...attributes("expression", "class", "delegateExpression", "event"),
      { name: "script", type: "Script" },
      many("fields", "Field"),
    ], ["*"]),
    element("TaskListener", [
      ...attributes("id", "expression", "class", "delegateExpression", "event"),
      { name: "script", type: "Script" },
      many("fields", "Field"),
      many("eventDefinitions", "bpmn:TimerEventDefinition"),
    ], ["bpmn:UserTask"]),
    element("Field", [
      ...attributes("name", "expression", "stringValue"),
      { name: "string", type: "String" },
    ], ["*"]),
    element("In", [
      ...attributes("source", "sourceExpression", "target", "businessKey", "variables"),
      attribute("local", "Boolean"),
    ], ["*"]),
    element("Out", [
      ...attributes("source", "sourceExpression", "target", "variables"),
      attribute("local", "Boolean"),
    ], ["*"]),
    element("FailedJobRetryTimeCycle", [body("body")], ["*"]),
    element("Connector", [
      { name: "inputOutput", type: "InputOutput" },
      { name: "connectorId", type: "String" },
    ], ["*"]),
    element("PotentialStarter", [
      { name: "resourceAssignmentExpression", type: "bpmn:ResourceAssignmentExpression" },
    ]),
    element("ErrorEventDefinition", [
      ...attributes("id", "expression"),
      { name: "errorRef", isAttr: true, isReference: true, type: "bpmn:Error" },
    ], ["*"]),
  ],
  associations: [],
};
