"""Bad diagrams with one fault each: the element and the rule that must find it, and nothing else.

A new rule needs a diagram here that it alone finds (see test_check_corpus).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from tests.spiff.checks.checking import FORM, TABLE, files, task
from tests.spiff.drawing import (
    ANY_ERROR,
    HEAD,
    MESSAGE,
    TERMINATE,
    after,
    at,
    boundary,
    call,
    catch,
    end,
    gateway,
    many,
    node,
    service,
    start,
    subprocess,
)

Files = Mapping[str, str]
LINE = "start > x > end"
EDGE = f"{LINE}\nlate > end2"
OWNED = {"candidateGroups": "mentor", "no_deadline_because": "Fristen står i den anden proces."}
SOON = 'after(today(), param("screening"))'
CHOICE = 'start > x > g\ng > a : answer = "yes"\ng > b'


@dataclass(frozen=True, slots=True)
class Fault:
    """A diagram with one fault: its rule and the id of the element, empty for the whole file."""

    name: str
    code: str
    element: str
    files: Files


def fault(name: str, code: str, element: str, *nodes: str, **drawn: str) -> Fault:
    """Return the diagram of these nodes; without flows they stand in a line around x."""
    return Fault(name, code, element, files(*nodes, **{"flows": LINE, **drawn}))


def mid(name: str, code: str, middle: str, *more: str, **drawn: str) -> Fault:
    """Return the diagram start > x > end, with the fault at x."""
    return fault(name, code, "x", start(), middle, end(), *more, **drawn)


def side(name: str, code: str, host: str, edge: str) -> Fault:
    """Return the diagram start > x > end with the event `late` at the edge of x, its fault."""
    return fault(name, code, "late", start(), host, edge, end(), end("end2"), flows=EDGE)


def closed(*nodes: str) -> Files:
    """Return the diagram of these nodes, in a line around x, in a closed compartment."""
    return {**files(*nodes, flows=LINE), "process.toml": 'compartment = "closed"'}


def changed(given: Files, path: str, old: str, new: str) -> Files:
    """Return the files with one text in place of another."""
    assert old in given[path], old
    return {**given, path: given[path].replace(old, new)}


def asking(
    column: str = "age", cell: str = "&lt; 15", told: str = "17", table: str = TABLE
) -> Files:
    """Return a package whose x asks the table, with the first cell and what is told changed."""
    asks = node("businessRuleTask", "x", attributes='camunda:decisionRef="team"', in_age=told)
    given = files(start(), asks, end(), flows=LINE)
    return {**given, "team.dmn": table.replace("&lt; 15", cell).replace(">age<", f">{column}<")}


PLAIN = files(start(), task("x"), end(), flows=LINE)
LETTER = service("x", "send_letter", in_text='"Hej"')
JOIN = "start > f > a > j > end\nf > b > j"
AB = (task("a"), task("b"))
ENDS = (end("a"), end("b"))
DECISION = (start(), task("x"), gateway("exclusive", "g", default="g_b"), *ENDS)
TO_LATE = 'today() + duration("P14D")'
CYCLE = (
    "<bpmn:timerEventDefinition><bpmn:timeCycle>R3/PT1H</bpmn:timeCycle>"
    "</bpmn:timerEventDefinition>"
)
INNER = "s2 > y > e2"
AGAIN = 'start > m > x > g\ng > m : answer = "yes"\ng > end'
LANE = (
    '<bpmn:laneSet id="lanes"><bpmn:lane id="lane" name="Modtagelsen">'
    "<bpmn:flowNodeRef>x</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"
)
OTHER_FORM = json.dumps(
    {"id": "plan", "components": [{"type": "textfield", "key": "goal", "label": "Mål"}]}
)
NUMBER_FORM = json.dumps(
    {"id": "talk", "components": [{"type": "number", "key": "answer", "label": "Antal"}]}
)
DEEP_DATA = (
    '<bpmn:dataInputAssociation id="da"><bpmn:sourceRef>lost</bpmn:sourceRef>'
    "<bpmn:targetRef>lost</bpmn:targetRef></bpmn:dataInputAssociation>"
)

FILES = (
    Fault("no diagram in the folder", "no_file", "", {"forms/talk.json": FORM}),
    Fault("not XML", "unreadable_file", "", {"P.bpmn": "Kære Tovholder"}),
    Fault("a DOCTYPE", "unreadable_file", "", {"P.bpmn": f"<!DOCTYPE x>{HEAD}</bpmn:definitions>"}),
    Fault("not BPMN", "not_bpmn", "", {"P.bpmn": "<svg/>"}),
    Fault(
        "only a drawing",
        "no_executable_process",
        "",
        changed(PLAIN, "P.bpmn", 'isExecutable="true"', 'isExecutable="false"'),
    ),
    Fault(
        "two processes that run",
        "several_executable_processes",
        "Q",
        changed(
            PLAIN,
            "P.bpmn",
            "</bpmn:definitions>",
            '<bpmn:process id="Q" isExecutable="true"/></bpmn:definitions>',
        ),
    ),
    Fault(
        "another id than the folder",
        "wrong_process_id",
        "Q",
        changed(PLAIN, "P.bpmn", '<bpmn:process id="P"', '<bpmn:process id="Q"'),
    ),
    Fault(
        "no picture at all",
        "no_drawing",
        "P",
        {
            **PLAIN,
            "P.bpmn": PLAIN["P.bpmn"].replace("BPMNShape", "Kept").replace("BPMNEdge", "Kept"),
        },
    ),
    Fault(
        "a step that is not in the picture",
        "not_drawn",
        "x",
        changed(PLAIN, "P.bpmn", 'bpmnElement="x"', 'bpmnElement="elsewhere"'),
    ),
)
ELEMENTS = (
    *(
        mid(f"a {tag}", "unsupported_element", node(tag, "x"))
        for tag in ("scriptTask", "task", "manualTask", "complexGateway")
    ),
    mid(
        "an ad-hoc subprocess",
        "unsupported_element",
        node("adHocSubProcess", "x", task("y")),
    ),
    mid(
        "a transaction",
        "unsupported_element",
        node("transaction", "x", start("s2") + task("y") + end("e2")),
    ),
    fault(
        "more steps than anybody can read",
        "too_many_nodes",
        "P",
        start(),
        *(LETTER.replace('"x"', f'"s{number}"') for number in range(249)),
        end(),
        flows=f"start > {' > '.join(f's{number}' for number in range(249))} > end",
    ),
    fault(
        "a data store",
        "data_element",
        "d",
        start(),
        task("x"),
        end(),
        node("dataStoreReference", "d"),
    ),
    fault("a data object", "data_element", "d", start(), task("x"), end(), node("dataObject", "d")),
    fault(
        "a data object two subprocesses down, which hangs the library",
        "data_element",
        "d",
        start(),
        subprocess(
            "x",
            start("s1"),
            subprocess(
                "y",
                start("s2"),
                task("z", DEEP_DATA),
                end("e2"),
                '<bpmn:dataObjectReference id="d" dataObjectRef="lost"/>',
                flows="s2 > z > e2",
            ),
            end("e1"),
            flows="s1 > y > e1",
        ),
        end(),
    ),
    mid(
        "inputs and outputs in the manner of BPMN",
        "data_association",
        task("x", "<bpmn:ioSpecification/>"),
    ),
    mid(
        "an event with inputs in the manner of BPMN",
        "data_association",
        catch("x", MESSAGE, message="answered", **OWNED).replace(
            "</bpmn:intermediateCatchEvent>",
            '<bpmn:dataOutput id="o"/><bpmn:outputSet/></bpmn:intermediateCatchEvent>',
        ),
    ),
    mid(
        "a step that waits for two ways in",
        "token_count",
        task("x").replace("<bpmn:userTask ", '<bpmn:userTask startQuantity="2" '),
    ),
    mid(
        "a step that goes on twice",
        "token_count",
        task("x").replace("<bpmn:userTask ", '<bpmn:userTask completionQuantity="2" '),
    ),
    mid(
        "an activity for compensation",
        "compensation",
        task("x").replace("<bpmn:userTask ", '<bpmn:userTask isForCompensation="true" '),
    ),
    mid("a standard loop", "standard_loop", task("x", "<bpmn:standardLoopCharacteristics/>")),
    mid(
        "a repetition without a list",
        "loop_without_collection",
        task("x", "<bpmn:multiInstanceLoopCharacteristics/>"),
    ),
    fault("two elements of one id", "duplicate_id", "x", start(), task("x"), task("x"), end()),
    fault(
        "an id of the engine's own",
        "reserved_id",
        "Root",
        start(),
        task("Root"),
        end(),
        flows="start > Root > end",
    ),
    fault(
        "a step without an id",
        "missing_id",
        "",
        start(),
        task("x"),
        task("").replace('id=""', ""),
        end(),
    ),
)
EVENTS = (
    *(
        mid(
            f"an intermediate {kind} throw",
            "unsupported_event",
            node("intermediateThrowEvent", "x", f"<bpmn:{kind}EventDefinition/>"),
        )
        for kind in ("link", "signal", "escalation", "compensate")
    ),
    *(
        mid(
            f"an intermediate {kind} catch",
            "unsupported_event",
            catch("x", f"<bpmn:{kind}EventDefinition/>", **OWNED),
        )
        for kind in ("link", "signal", "conditional")
    ),
    *(
        fault(
            f"a {kind} end",
            "unsupported_event",
            "x",
            start(),
            task("y"),
            end("x", f"<bpmn:{kind}EventDefinition/>"),
            flows="start > y > x",
        )
        for kind in ("signal", "compensate", "cancel", "escalation")
    ),
    fault(
        "a timer start",
        "unsupported_event",
        "x",
        start("x", at(SOON)),
        task("y"),
        end(),
        flows="x > y > end",
    ),
    mid("two meanings in one event", "several_meanings", catch("x", at(SOON) + MESSAGE, **OWNED)),
    *(
        side(
            f"a timer cycle that {'interrupts' if cuts else 'goes on'}",
            "timer_cycle",
            task("x"),
            boundary("late", "x", CYCLE, interrupts=cuts),
        )
        for cuts in (True, False)
    ),
    mid("a timer cycle in the flow", "timer_cycle", catch("x", CYCLE)),
    mid("a timer without a date", "timer_without_date", catch("x", "<bpmn:timerEventDefinition/>")),
    fault(
        "an event subprocess",
        "event_subprocess",
        "z",
        start(),
        task("x"),
        '<bpmn:subProcess id="z" triggeredByEvent="true">'
        f"{start('s2', ANY_ERROR)}{task('y')}{end('e2')}"
        '<bpmn:sequenceFlow id="f1" sourceRef="s2" targetRef="y"/>'
        '<bpmn:sequenceFlow id="f2" sourceRef="y" targetRef="e2"/></bpmn:subProcess>',
        end(),
    ),
    side(
        "an event at the edge of nothing",
        "attached_nowhere",
        task("x"),
        boundary("late", "lost", at(SOON)),
    ),
    side(
        "an error that lets its activity go on",
        "error_goes_on",
        LETTER,
        boundary("late", "x", ANY_ERROR, interrupts=False),
    ),
    mid(
        "a receive task that starts the process",
        "starts_by_itself",
        node("receiveTask", "x", attributes='instantiate="true"', message="answered", **OWNED),
    ),
)
BOTH = "start > g > x > end\ng > y > end2"
GATEWAY = (start(), gateway("eventBased", "g"), end(), end("end2"))
WAIT = catch("x", MESSAGE, message="yes", **OWNED)
EVENT_GATEWAYS = (
    fault(
        "a task behind an event gateway", "not_a_wait", "y", *GATEWAY, WAIT, task("y"), flows=BOTH
    ),
    fault(
        "a wait that two ways enter",
        "wait_entered_twice",
        "x",
        start(),
        task("t"),
        gateway("exclusive", "f", default="f_z"),
        gateway("eventBased", "g"),
        WAIT,
        catch("y", at(SOON)),
        task("z"),
        end(),
        end("end2"),
        flows='start > t > f\nf > g : answer = "yes"\ng > x > end\ng > y > end2\nf > z > x',
    ),
    fault(
        "two timers behind a gateway",
        "several_timers",
        "y",
        *GATEWAY,
        catch("x", at(SOON)),
        catch("y", at("today()")),
        flows=BOTH,
    ),
    fault(
        "one message twice behind a gateway",
        "same_message_twice",
        "y",
        *GATEWAY,
        WAIT,
        catch("y", MESSAGE, message="yes", **OWNED),
        flows=BOTH,
    ),
)
FLOW = (
    fault("no start", "no_start", "P", task("x"), end(), flows="x > end"),
    fault(
        "no start in a subprocess",
        "no_start",
        "x",
        start(),
        subprocess("x", task("y"), end("e2"), flows="y > e2"),
        end(),
    ),
    fault(
        "two starts",
        "several_starts",
        "again",
        start(),
        start("again"),
        task("x"),
        end(),
        flows=f"{LINE}\nagain > x",
    ),
    fault(
        "a message start inside",
        "start_inside",
        "s2",
        start(),
        subprocess(
            "x", start("s2", MESSAGE, message="answered"), task("y"), end("e2"), flows=INNER
        ),
        end(),
    ),
    fault("no end", "no_end", "P", start(), task("x"), flows="start > x"),
    fault(
        "a flow from nowhere",
        "broken_flow",
        "nowhere_x",
        start(),
        task("x"),
        end(),
        flows=f"{LINE}\nnowhere > x",
    ),
    fault(
        "a flow to nowhere",
        "broken_flow",
        "x_lost",
        start(),
        task("x"),
        end(),
        gateway("parallel", "f"),
        task("y"),
        flows="start > f > x\nf > y > end\nx > lost",
    ),
    fault(
        "a flow over the edge of a subprocess",
        "broken_flow",
        "y_end",
        start(),
        subprocess(
            "x",
            start("s2"),
            gateway("parallel", "f"),
            task("y"),
            task("z"),
            end("e2"),
            flows="s2 > f > y\nf > z > e2",
        ),
        end(),
        flows=f"{LINE}\ny > end",
    ),
    fault(
        "a condition behind a task",
        "condition_outside_gateway",
        "x_end",
        start(),
        task("x"),
        end(),
        flows='start > x\nx > end : answer = "yes"',
    ),
    fault(
        "two ways out of a task",
        "implicit_split",
        "x",
        start(),
        task("x"),
        end(),
        end("end2"),
        flows=f"{LINE}\nx > end2",
    ),
    fault(
        "a default that leaves another gateway",
        "unknown_default",
        "g",
        start(),
        task("x"),
        gateway("exclusive", "g", default="x_g"),
        *ENDS,
        flows='start > x > g\ng > a : answer = "yes"\ng > b : answer = "no"',
    ),
    *(
        fault(
            f"an {kind} decision without a default",
            "missing_default",
            "g",
            start(),
            task("x"),
            gateway(kind, "g"),
            *ENDS,
            flows='start > x > g\ng > a : answer = "yes"\ng > b : answer = "no"',
        )
        for kind in ("exclusive", "inclusive")
    ),
    fault(
        "a way without a condition",
        "flow_without_condition",
        "g_a",
        *DECISION,
        flows="start > x > g > a\ng > b",
    ),
    fault(
        "a default with a condition",
        "default_with_condition",
        "g_b",
        *DECISION,
        flows='start > x > g\ng > a : answer = "yes"\ng > b : answer = "no"',
    ),
    fault(
        "a dead end",
        "dead_end",
        "y",
        start(),
        gateway("parallel", "f"),
        task("x"),
        task("y"),
        end(),
        flows="start > f > x > end\nf > y",
    ),
    fault("a step on its own", "isolated", "y", start(), task("x"), task("y"), end()),
    fault(
        "a step that no way leads to",
        "unreachable",
        "y",
        start(),
        task("x"),
        task("y"),
        end(),
        flows=f"{LINE}\ny > end",
    ),
)
LOOPS = (
    fault(
        "a circle without a wait",
        "endless_loop",
        "m",
        start(),
        task("t"),
        gateway("exclusive", "m"),
        LETTER,
        gateway("exclusive", "g", default="g_end"),
        end(),
        flows=AGAIN.replace("start >", "start > t >"),
    ),
    fault(
        "a circle without a limit",
        "drawn_loop",
        "m",
        start(),
        gateway("exclusive", "m"),
        task("x"),
        gateway("exclusive", "g", default="g_end"),
        end(),
        flows=AGAIN,
    ),
    Fault(
        "a fork and a join inside a circle",
        "parallel_in_loop",
        "f",
        {
            **files(
                start(),
                gateway("exclusive", "m"),
                gateway("parallel", "f"),
                task("a", few_rounds_because="Højst to forsøg."),
                task("b", form="plan"),
                gateway("parallel", "j"),
                gateway("exclusive", "g", default="g_end"),
                end(),
                flows='start > m > f > a > j\nf > b > j > g\ng > m : answer = "yes"\ng > end',
            ),
            "forms/plan.json": OTHER_FORM,
        },
    ),
    fault(
        "a parallel join behind a decision, and a stop after it",
        "join_waits_in_vain",
        "j",
        start(),
        task("x"),
        gateway("exclusive", "g", default="g_b"),
        *AB,
        gateway("parallel", "j"),
        end("end", TERMINATE),
        flows=f"{CHOICE}\na > j\nb > j\nj > end",
    ),
    fault(
        "a parallel join behind a decision",
        "join_waits_in_vain",
        "j",
        start(),
        task("x"),
        gateway("exclusive", "g", default="g_b"),
        *AB,
        gateway("parallel", "j"),
        end(),
        flows=f"{CHOICE}\na > j\nb > j\nj > end",
    ),
    Fault(
        "branches that meet without waiting",
        "branches_meet",
        "m",
        {
            **files(
                start(),
                gateway("parallel", "f"),
                task("a"),
                task("b", form="plan"),
                gateway("exclusive", "m"),
                LETTER,
                end(),
                flows="start > f > a > m > x > end\nf > b > m",
            ),
            "forms/plan.json": OTHER_FORM,
        },
    ),
    fault(
        "two branches that give one name a value",
        "written_twice",
        "b",
        start(),
        gateway("parallel", "f"),
        *AB,
        gateway("parallel", "j"),
        gateway("exclusive", "g", default="g_end2"),
        end(),
        end("end2"),
        flows='start > f > a > j > g > end2\nf > b > j\ng > end : answer = "yes"',
    ),
)
TASKS = (
    *(
        mid(name, code, task("x", **{setting: ""}))
        for name, code, setting in (
            ("a task without words", "task_without_name", "label"),
            ("a task without a role", "task_without_role", "role"),
            ("a task without a form", "task_without_form", "form"),
            ("a task without a deadline", "task_without_deadline", "deadline"),
        )
    ),
    mid("a role that nobody has", "unknown_role", task("x", role="wizard")),
    mid("two roles in one", "unknown_role", task("x", role="mentor,intake")),
    mid("a task in the lane of another role", "lane_differs_from_role", task("x"), inside=LANE),
    mid("a form that is not there", "unknown_form", task("x", form="lost")),
    Fault("a form that cannot be read", "broken_form", "x", {**PLAIN, "forms/talk.json": "{"}),
    mid("a ladder without rungs", "unknown_ladder", task("x", ladder="Z")),
    mid(
        "a legal limit on the ordinary ladder",
        "limit_without_ladder",
        task("x", legal_limit="created", ladder="A"),
    ),
    mid(
        "a wait that nobody owns",
        "wait_without_owner",
        catch("x", MESSAGE, message="answered", no_deadline_because="Det haster ikke."),
    ),
    mid(
        "a wait without an end",
        "wait_without_end",
        catch("x", MESSAGE, message="answered", candidateGroups="mentor"),
    ),
    mid(
        "a call without an end", "wait_without_end", call("x", "consent", candidateGroups="mentor")
    ),
)
CALLS = (
    mid("a service task that calls nothing", "service_without_function", node("serviceTask", "x")),
    mid(
        "a function that is not in the catalogue", "unknown_function", service("x", "launch_rocket")
    ),
    mid(
        "a function that is told too much",
        "unknown_input",
        service("x", "send_letter", in_text='"Hej"', in_stamp="true"),
    ),
    mid("a function that is told too little", "missing_input", service("x", "send_letter")),
    mid("a rule task without a table", "no_decision", node("businessRuleTask", "x")),
    mid(
        "a table that is not there",
        "unknown_decision",
        node("businessRuleTask", "x", attributes='camunda:decisionRef="weather"'),
    ),
    mid(
        "a table that is not told",
        "missing_table_input",
        node("businessRuleTask", "x", attributes='camunda:decisionRef="team"', in_year="17"),
    ),
    Fault(
        "a table with a broken cell",
        "broken_table",
        "",
        changed(PLAIN, "team.dmn", "&lt; 15", "&lt; &lt;"),
    ),
    mid("a call of nothing", "no_called_process", node("callActivity", "x", **OWNED)),
    mid("a call of a process that is not in force", "unknown_process", call("x", "lunch", **OWNED)),
    mid("a call of itself", "calls_itself", call("x", "P", **OWNED)),
    mid("a circle of calls", "calls_in_circle", call("x", "letter", **OWNED, in_text='"Hej"')),
    mid("a call that tells too little", "missing_call_input", call("x", "notice", **OWNED)),
    mid(
        "a call that tells too much",
        "unknown_call_input",
        call("x", "consent", **OWNED, in_stamp="true"),
    ),
    *(
        mid(f"a {tag} without a message", "no_message", node(tag, "x", inner, **OWNED))
        for tag, inner in (
            ("receiveTask", ""),
            ("sendTask", ""),
            ("intermediateCatchEvent", MESSAGE),
            ("intermediateThrowEvent", MESSAGE),
        )
    ),
    mid(
        "a message that nobody gets",
        "nobody_receives",
        node("sendTask", "x", message="bottle_post"),
    ),
    mid(
        "a message that nobody sends",
        "nobody_sends",
        catch("x", MESSAGE, message="white_smoke", **OWNED),
    ),
    fault(
        "an error without a code", "no_error_code", "end", start(), task("x"), end("end", ANY_ERROR)
    ),
)
EXPRESSIONS = (
    mid("a deadline that cannot be read", "broken_expression", task("x", deadline="after(created")),
    mid("Python", "broken_expression", task("x", deadline="__import__('os').system('ls')")),
    fault(
        "a condition that cannot be read",
        "broken_expression",
        "g_a",
        *DECISION,
        flows="start > x > g > b\ng > a : answer ==",
    ),
    mid("a function that does not exist", "unknown_word", task("x", deadline="whenever(created)")),
    mid(
        "a parameter that does not exist",
        "unknown_parameter",
        task("x", deadline='after(created, param("lunch"))'),
    ),
    *(
        mid(name, "literal_period", task("x", deadline=text))
        for name, text in (
            ("working days written out", 'after(created, "7 WD")'),
            ("a period written out", 'before(created, "P3M")'),
            ("a duration added", TO_LATE),
            ("a day written out", 'date("2027-03-01")'),
        )
    ),
    mid("a bare period in a timer", "literal_period", catch("x", after("P14D"))),
    fault(
        "an age written out",
        "literal_period",
        "g_a",
        *DECISION,
        flows="start > x > g > b\ng > a : age(birth_date) >= 15",
    ),
    mid(
        "a name that nothing gives",
        "unknown_name",
        task("x", deadline='after(answred, param("screening"))'),
    ),
    mid(
        "a result that a function does not give",
        "unknown_output",
        service("x", "send_letter", in_text='"Hej"', out_sent_on="posted_on"),
    ),
    mid(
        "a result that a process does not give",
        "unknown_output",
        call("x", "consent", **OWNED, out_consent="answer_given"),
    ),
    mid(
        "something that is not in the message",
        "unknown_output",
        catch("x", MESSAGE, message="answered", **OWNED, out_said="words"),
    ),
    mid(
        "an answer that is read before it is given",
        "read_too_early",
        task("x", deadline='if answer = "yes" then created else today()'),
    ),
    Fault(
        "an answer of the other branch",
        "read_too_early",
        "b",
        {
            **files(
                start(),
                gateway("parallel", "f"),
                task("a", form="plan"),
                task("b", deadline='if goal = "" then created else today()'),
                gateway("parallel", "j"),
                end(),
                flows=JOIN,
            ),
            "forms/plan.json": OTHER_FORM,
        },
    ),
)
TYPES = (
    fault(
        "a number compared with a text",
        "wrong_type",
        "g_a",
        *DECISION,
        flows="start > x > g > b\ng > a : answer > 3",
    ),
    fault(
        "an answer that cannot be given",
        "unknown_option",
        "g_a",
        *DECISION,
        flows='start > x > g > b\ng > a : answer = "maybe"',
    ),
    mid(
        "a function called with the wrong thing",
        "wrong_call",
        task("x", deadline='after(true, param("screening"))'),
    ),
    fault(
        "a condition that is no question",
        "condition_not_boolean",
        "g_a",
        *DECISION,
        flows="start > x > g > b\ng > a : answer",
    ),
    mid("a deadline that is no date", "not_a_date", task("x", deadline="true")),
    mid("a timer that gives no date", "not_a_date", catch("x", at("true"))),
    mid("a repetition of no list", "not_a_list", task("x", many("true"))),
    Fault(
        "a table that is told a text for a number", "table_input_type", "x", asking(told='"sytten"')
    ),
)
LISTED = TABLE.replace('typeRef="number"><text>age', 'typeRef="string"><text>age').replace(
    "</inputExpression>", '</inputExpression><inputValues><text>"yes", "maybe"</text></inputValues>'
)
YES = LISTED.replace("&gt;= 15", '"maybe"')
COLUMNS = 100
WIDE = TABLE.replace(
    "</input>",
    "</input>" + "<input><inputExpression><text>age</text></inputExpression></input>" * COLUMNS,
).replace("</inputEntry>", "</inputEntry>" + "<inputEntry><text>-</text></inputEntry>" * COLUMNS)
TABLES = (
    Fault(
        "a table that is told an answer it does not list",
        "table_input_value",
        "y",
        {
            **files(
                start(),
                task("x"),
                node(
                    "businessRuleTask",
                    "y",
                    attributes='camunda:decisionRef="team"',
                    in_age="answer",
                ),
                end(),
                flows="start > x > y > end",
            ),
            "team.dmn": YES.replace("&lt; 15", '"yes"'),
        },
    ),
    Fault(
        "a table that calls what does not exist",
        "table_unknown_word",
        "team",
        asking(cell="olden(?)"),
    ),
    Fault(
        "a cell of another type than its column",
        "table_cell_type",
        "r",
        asking(cell='"old"', table=TABLE.replace("&gt;= 15", "-").replace("UNIQUE", "FIRST")),
    ),
    Fault(
        "a cell that its column does not list",
        "table_cell_value",
        "r",
        asking(cell='"no"', told="null", table=LISTED.replace("&gt;= 15", "-")),
    ),
    Fault(
        "a row that gives another type than its column",
        "table_output_type",
        "r2",
        asking(table=TABLE.replace("<text>2</text>", '<text>"B"</text>')),
    ),
    Fault("two rows that fit the same", "table_overlap", "r2", asking(cell="&lt;= 15")),
    Fault("a hole in a table", "table_gap", "t", asking(cell="&lt; 14")),
    Fault(
        "a row that never decides",
        "table_row_never",
        "r2",
        asking(cell="-", table=TABLE.replace("UNIQUE", "FIRST")),
    ),
    Fault(
        "a table that is too large to be looked through", "table_too_large", "t", asking(table=WIDE)
    ),
)
COMPARTMENTS = (
    Fault(
        "a step in a compartment for one outside it",
        "role_outside_compartment",
        "x",
        closed(start(), task("x", role="intake"), end()),
    ),
    Fault(
        "a call that leaves the compartment",
        "call_leaves_compartment",
        "x",
        closed(start(), call("x", "consent", **OWNED), end()),
    ),
    Fault(
        "a message that leaves the compartment",
        "message_leaves_compartment",
        "x",
        closed(start(), node("sendTask", "x", message="plan_requested"), end()),
    ),
    Fault(
        "a function that carries something out of the compartment",
        "function_leaves_compartment",
        "x",
        closed(start(), LETTER, end()),
    ),
)
FAULTS = (
    *FILES,
    *COMPARTMENTS,
    *ELEMENTS,
    *EVENTS,
    *EVENT_GATEWAYS,
    *FLOW,
    *LOOPS,
    *TASKS,
    *CALLS,
    *EXPRESSIONS,
    *TYPES,
    *TABLES,
)
