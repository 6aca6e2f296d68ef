"""Good diagrams: the check has nothing to say about them, not even a warning."""

from tests.spiff.checks.checking import DEADLINE, files, task
from tests.spiff.checks.faults import (
    AGAIN,
    ENDS,
    GATEWAY,
    JOIN,
    LINE,
    OTHER_FORM,
    OWNED,
    SOON,
    Files,
)
from tests.spiff.drawing import (
    ANY_ERROR,
    ERRORS,
    MESSAGE,
    REFUSED,
    TERMINATE,
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

CHOICE = 'start > x > g\ng > a : answer = "yes"\ng > b'
LETTER = service("x", "send_letter", in_text='"Hej"', out_sent_on="sent_on")
ASK = node("businessRuleTask", "y", attributes='camunda:decisionRef="team"', in_age="age_now")
PLAN = {"forms/plan.json": OTHER_FORM}
LANES = (
    '<bpmn:laneSet id="lanes"><bpmn:lane id="lane1" name="Mentor">'
    "<bpmn:flowNodeRef>x</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"
)
NOTE = '<bpmn:textAnnotation id="note"><bpmn:text>Husk forældrene</bpmn:text></bpmn:textAnnotation>'
PASSED = "start > x > end\nlate > end2"


def line(middle: str, *more: str, flows: str = LINE, **drawn: str) -> Files:
    return files(start(), middle, end(), *more, flows=flows, **drawn)


GOOD: dict[str, Files] = {
    "a task": line(task("x")),
    "a task without a deadline, and why": line(
        task("x", deadline="", no_deadline_because="Den unge bestemmer.")
    ),
    "a legal limit on the statutory ladder": line(task("x", legal_limit=DEADLINE, ladder="B")),
    "a role that is worked out": line(task("x", role="=birth_date")),
    "a task in the lane of its role, and a note": line(task("x"), inside=LANES + NOTE),
    "a service task and what came of it": line(
        LETTER,
        task("y", deadline='after(sent_on, param("screening"))'),
        flows="start > x > y > end",
    ),
    "a decision table and what it decides": files(
        start(),
        ASK,
        gateway("exclusive", "g", default="g_b"),
        *ENDS,
        flows="start > y > g > b\ng > a : team = 1",
    ),
    "an exclusive decision": files(
        start(), task("x"), gateway("exclusive", "g", default="g_b"), *ENDS, flows=CHOICE
    ),
    "a decision that joins again": files(
        start(),
        task("x"),
        gateway("exclusive", "g", default="g_b"),
        task("a"),
        task("b"),
        gateway("exclusive", "j"),
        end(),
        flows=f"{CHOICE}\na > j\nb > j\nj > end",
    ),
    "two things at once": {
        **files(
            start(),
            gateway("parallel", "f"),
            task("a"),
            task("b", form="plan"),
            gateway("parallel", "j"),
            end(),
            flows=JOIN,
        ),
        **PLAN,
    },
    "an inclusive decision": {
        **files(
            start(),
            task("x"),
            gateway("inclusive", "f", default="f_b"),
            task("a"),
            task("b", form="plan"),
            gateway("inclusive", "j"),
            end(),
            flows='start > x > f\nf > a : answer = "yes"\nf > b > j\na > j > end',
        ),
        **PLAN,
    },
    "a message or a timer": files(
        *GATEWAY,
        catch("x", MESSAGE, message="answered", candidateGroups="mentor", out_said="reply"),
        catch("y", at(SOON)),
        flows="start > g > x > end\ng > y > end2",
    ),
    "a receive task with a timer at its edge": line(
        node("receiveTask", "x", message="answered", candidateGroups="mentor"),
        boundary("late", "x", at(SOON)),
        end("end2"),
        flows=PASSED,
    ),
    "a timer beside a task that goes on": line(
        task("x"),
        boundary("late", "x", at(SOON), interrupts=False),
        LETTER.replace('"x"', '"y"'),
        end("end2"),
        flows="start > x > end\nlate > y > end2",
    ),
    "a call that may fail": line(
        call("x", "consent", **OWNED, out_consent="status"),
        boundary("late", "x", ANY_ERROR),
        end("end2"),
        flows=PASSED,
    ),
    "a call that is told what it needs": line(call("x", "notice", **OWNED, in_text='"Hej"')),
    "a subprocess": line(subprocess("x", start("s2"), task("y"), end("e2"), flows="s2 > y > e2")),
    "a wait inside a subprocess with a timer at its edge": line(
        subprocess(
            "x",
            start("s2"),
            catch("y", MESSAGE, message="answered", candidateGroups="mentor"),
            end("e2"),
            flows="s2 > y > e2",
        ),
        boundary("late", "x", at(SOON)),
        end("end2"),
        flows=PASSED,
    ),
    "an error that climbs out of a subprocess": line(
        subprocess("x", start("s2"), task("y"), end("e2", REFUSED), flows="s2 > y > e2"),
        boundary("late", "x", REFUSED),
        end("end2"),
        flows=PASSED,
        roots=ERRORS,
    ),
    "the same for each in a list, and what each said": files(
        start(),
        task("x", many('["far", "mor"]', "parent"), collect_answers="answer"),
        gateway("exclusive", "g", default="g_b"),
        *ENDS,
        flows='start > x > g > b\ng > a : answers[1] = "yes"',
    ),
    "a circle of few rounds": files(
        start(),
        gateway("exclusive", "m"),
        task("x"),
        node(
            "exclusiveGateway",
            "g",
            attributes='default="g_end"',
            few_rounds_because="Højst to gange til.",
        ),
        end(),
        flows=AGAIN,
    ),
    "a process that starts itself again by a message": files(
        start("start", MESSAGE, message="again", out_day="day"),
        task("x", deadline='after(day, param("screening"))'),
        end("end", MESSAGE, message="again", in_day="today()"),
        flows=LINE,
    ),
    "a plain start and a message": files(
        start(),
        start("asked", MESSAGE, message="plan_wanted"),
        task("x"),
        end(),
        flows=f"{LINE}\nasked > x",
    ),
    "a stop of everything": {
        **files(
            start(),
            gateway("parallel", "f"),
            task("a"),
            boundary("late", "a", at(SOON)),
            task("b", form="plan"),
            gateway("parallel", "j"),
            end(),
            end("end2", TERMINATE),
            flows=f"{JOIN}\nlate > end2",
        ),
        **PLAN,
    },
    "a step in a compartment for one who enters it": {
        **line(task("x")),
        "process.toml": 'compartment = "closed"',
    },
    "a message that is sent": line(
        node("sendTask", "x", message="plan_requested", in_day="today()")
    ),
}
