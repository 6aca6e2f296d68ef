"""The processes we ship are whole: what they name exists, and what they send is awaited."""

import re
from datetime import date
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from engine.domain.calendars import WorkingCalendar
from engine.domain.feel_functions import functions
from engine.domain.parameters import Parameters
from engine.spiff.checks.findings import Signature
from engine.spiff.checks.registry import check_package
from engine.spiff.checks.surroundings import known_to
from engine.xml import DMN, read_xml
from tests.architecture.shipped import (
    BPMN,
    BPMN_FOLDER,
    PROCESSES,
    ROLES,
    Element,
    body,
    diagram,
    expressions,
    feel,
    flows,
    form,
    messages,
    nodes,
    parse_feel,
    settings,
    toml,
)
from workflows.catalogue import CATALOGUE
from workflows.offering import PUBLISHED as OFFERED
from workflows.offering import entering_roles, staying_functions
from workflows.packages import process_folders, read_process_folder

CALENDAR = WorkingCalendar(timezone=ZoneInfo("Europe/Copenhagen"))

# What every process of a case is told at its start (workflows/cases/facts.py).
FACTS = {
    *("birth_date", "schooling", "employment_case", "social_case", "team"),
    *("has_plan", "has_coordinator"),
}
SIGNATURES = {
    name: Signature(
        inputs=frozenset(entry.inputs),
        outputs=frozenset(entry.outputs),
        optional=frozenset(entry.optional),
    )
    for name, entry in CATALOGUE.items()
}
# Messages that an act of a person publishes, outside every diagram.
PUBLISHED = {"consent_withdrawn"}
LONGEST_TITLE = 50
THROWING = ("endEvent", "intermediateThrowEvent")
CATCHING = ("startEvent", "intermediateCatchEvent")


@pytest.mark.parametrize("process", PROCESSES)
def test_file_folder_and_process_have_one_name(process: str) -> None:
    assert body(process).get("id") == process
    assert body(process).get("isExecutable") == "true"


@pytest.mark.parametrize("process", PROCESSES)
def test_every_process_says_who_owns_it_and_which_law_it_rests_on(process: str) -> None:
    about = toml(f"processes/{process}/process.toml")

    assert about["title"] == body(process).get("name")
    assert about["owner"] in ROLES
    assert all(each["text"] and each["source"] for each in about["legal_basis"])


@pytest.mark.parametrize("process", PROCESSES)
def test_every_choice_has_a_way_when_nothing_else_fits(process: str) -> None:
    leaving = [flow.get("sourceRef") for flow in flows(process)]
    without = [
        node.get("id")
        for node in nodes(process, "exclusiveGateway")
        if leaving.count(node.get("id")) > 1 and not node.get("default")
    ]

    assert without == []


@pytest.mark.parametrize("process", PROCESSES)
def test_every_task_says_who_what_when_and_how_it_is_chased(process: str) -> None:
    wanted = {"candidateGroups", "formKey", "deadline", "ladder", "why_now", "purpose"}
    lacking = {
        task.get("id"): missing
        for task in nodes(process, "userTask")
        if (missing := wanted - settings(task).keys())
    }

    assert lacking == {}


@pytest.mark.parametrize("process", PROCESSES)
def test_task_titles_are_short_enough_for_a_line_of_the_inbox(process: str) -> None:
    titles = [task.get("name", "") for task in nodes(process, "userTask")]

    assert [title for title in titles if not 0 < len(title) <= LONGEST_TITLE] == []


@pytest.mark.parametrize("process", PROCESSES)
def test_roles_are_those_of_the_municipality(process: str) -> None:
    named = {settings(node).get("candidateGroups") for node in nodes(process)} - {None}

    assert {role for role in named if not role.startswith("=")} <= ROLES


@pytest.mark.parametrize("process", PROCESSES)
def test_every_form_is_used_and_every_form_used_exists(process: str) -> None:
    folder = BPMN_FOLDER / "processes" / process
    start = toml(f"processes/{process}/process.toml").get("start_form")
    used = {settings(task)["formKey"] for task in nodes(process, "userTask")} | ({start} - {None})

    assert {path.stem for path in (folder / "forms").glob("*.json")} == used


@pytest.mark.parametrize("process", PROCESSES)
def test_every_form_can_be_read_and_names_the_class_of_its_answers(process: str) -> None:
    for path in sorted((BPMN_FOLDER / "processes" / process / "forms").glob("*.json")):
        assert form(process, path.stem).id == path.stem
        written = path.read_text("utf-8")
        assert written.count('"data_class"') == len(form(process, path.stem).questions())


@pytest.mark.parametrize("process", PROCESSES)
def test_no_number_or_date_is_written_into_an_expression(process: str) -> None:
    written = {place: each.literals for place, each in feel(process) if each.literals}

    assert written == {}


@pytest.mark.parametrize("process", PROCESSES)
def test_every_parameter_that_is_asked_for_is_shipped(process: str) -> None:
    asked = {
        key for _, text in expressions(process) for key in re.findall(r'param\("([^"]+)"\)', text)
    }

    assert asked <= toml("parameters.toml").keys()


@pytest.mark.parametrize("process", PROCESSES)
def test_the_deploy_check_has_nothing_to_say(process: str) -> None:
    known = known_to(
        process,
        packages(),
        roles=ROLES,
        handlers=SIGNATURES,
        parameters=toml("parameters.toml"),
        functions=functions(CALENDAR, Parameters(), date(2026, 3, 2)),
        facts=FACTS | start_answers(process),
        published=OFFERED,
        enters=entering_roles(),
        stays=staying_functions(),
    )

    assert check_package(process, packages()[process], known) == []


@cache
def packages() -> dict[str, dict[str, str]]:
    return dict(
        read_process_folder(folder, BPMN_FOLDER / "decisions")
        for folder in process_folders(BPMN_FOLDER / "processes")
    )


def start_answers(process: str) -> set[str]:
    start = toml(f"processes/{process}/process.toml").get("start_form")
    return {field.key for field in form(process, start).questions()} if start else set()


@pytest.mark.parametrize("process", PROCESSES)
def test_a_table_is_told_all_that_it_asks_and_gives_what_is_taken(process: str) -> None:
    for task in nodes(process, "businessRuleTask"):
        found = settings(task)
        table = read_xml((BPMN_FOLDER / "decisions" / f"{found['decisionRef']}.dmn").read_bytes())
        asks = {text.text for text in table.iterfind(f".//{{{DMN}}}inputExpression/{{{DMN}}}text")}
        gives = {output.get("name") for output in table.iter(f"{{{DMN}}}output")}
        taken = {name for key, text in found.items() if key[:4] == "out." for name in reads(text)}

        assert {key[3:] for key in found if key.startswith("in.")} == asks, task.get("id")
        assert taken <= gives, task.get("id")


def reads(text: str) -> frozenset[str]:
    return parse_feel(text).reads


@pytest.mark.parametrize("process", PROCESSES)
def test_every_table_that_is_asked_exists(process: str) -> None:
    asked = {settings(task)["decisionRef"] for task in nodes(process, "businessRuleTask")}

    assert asked <= {path.stem for path in (BPMN_FOLDER / "decisions").glob("*.dmn")}


@pytest.mark.parametrize("process", PROCESSES)
def test_every_process_that_is_called_exists(process: str) -> None:
    called = {call.get("calledElement") for call in nodes(process, "callActivity")}

    assert called <= set(PROCESSES)


def test_every_message_that_is_sent_is_awaited_and_the_other_way_round() -> None:
    sent = {name for process in PROCESSES for name in messages(process, *THROWING)}
    awaited = {name for process in PROCESSES for name in messages(process, *CATCHING)}

    assert sent | PUBLISHED == awaited


def test_a_message_starts_at_most_one_process() -> None:
    starts = [name for process in PROCESSES for name in messages(process, "startEvent")]

    assert len(starts) == len(set(starts))


def test_what_a_start_takes_from_its_message_is_what_every_sender_gives() -> None:
    taken = crossing("out.", "startEvent", *["intermediateCatchEvent"])
    given = crossing("in.", *THROWING)

    assert {name: payloads for name, payloads in given.items() if payloads != taken[name]} == {}


def crossing(prefix: str, *tags: str) -> dict[str, list[set[str]]]:
    """For each message the distinct sets of names that cross with it."""
    found: dict[str, list[set[str]]] = {}
    for process in PROCESSES:
        for node in nodes(process, *tags):
            for name in messages_of(process, node):
                names = {n for key, text in settings(node).items() if key.startswith(prefix)
                         for n in ([key[3:]] if prefix == "in." else reads(text))}  # fmt: skip
                if names not in found.setdefault(name, []):
                    found[name].append(names)
    return found


def messages_of(process: str, node: Element) -> set[str]:
    names = {
        each.get("id"): each.get("name") for each in diagram(process).iter(f"{{{BPMN}}}message")
    }
    return {
        names[each.get("messageRef")] for each in node.findall(f"{{{BPMN}}}messageEventDefinition")
    }
