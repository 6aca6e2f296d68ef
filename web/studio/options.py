"""What the editor needs to know: the diagram, and what the house offers to choose from."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from engine.domain.parameters import is_period, parse_period
from engine.services.drafts import Draft
from engine.spiff.checks.findings import Known
from engine.spiff.checks.package import FORMS
from engine.storage.configurations import load_content
from engine.storage.work import Work
from engine.xml import DMN, read_xml
from web.i18n import N_, _, language
from web.security import csrf_token
from web.studio.deadlines import period_in_words
from web.studio.reading import processes
from web.words import role_name
from workflows.catalogue import CATALOGUE

LADDERS = {
    "A": N_("A – ordinær"),
    "B": N_("B – lovbestemt"),
    "H": N_("H – i timer"),
}
_MOVED = re.compile(r"\b(?:after|before)\(\s*([a-z_][a-z0-9_]*)\s*,")
_GIVEN = re.compile(r'name="out\.([a-z_]*(?:_on|_due|due|cut_off|_from))"')


def editor_options(work: Work, draft: Draft, known: Known) -> Mapping[str, Any]:
    """Return the draft with everything the editor lets one choose from, as JSON."""
    return {
        "xml": draft.xml,
        "version": draft.version,
        "token": csrf_token(),
        "roles": _choices((role, role_name(role)) for role in known.roles),
        "forms": _choices((form, form) for form in _forms(draft)),
        "ladders": [{"value": key, "label": _(text)} for key, text in LADDERS.items()],
        "handlers": [_handler(name) for name in sorted(CATALOGUE)],
        "tables": _choices(_tables(draft)),
        "processes": _choices((row.process, row.title) for row in processes(work)),
        "messages": sorted(known.messages),
        "parameters": _parameters(work),
        "dates": _dates(draft),
    }


def _choices(pairs: Iterable[tuple[str, str]]) -> list[Mapping[str, str]]:
    found = [{"value": value, "label": label} for value, label in pairs]
    return sorted(found, key=lambda each: each["label"].lower())


def _forms(draft: Draft) -> Iterable[str]:
    return (
        path.removeprefix(FORMS).removesuffix(".json")
        for path in draft.files
        if path.startswith(FORMS) and path.endswith(".json")
    )


def _tables(draft: Draft) -> Iterable[tuple[str, str]]:
    for path, text in draft.files.items():
        if path.endswith(".dmn"):
            for decision in read_xml(text.encode()).iter(f"{{{DMN}}}decision"):
                name = decision.get("id", "")
                yield name, decision.get("name") or name


def _handler(name: str) -> Mapping[str, Any]:
    entry = CATALOGUE[name]
    return {
        "name": name,
        "help": entry.help_en if language() == "en" else entry.help_da,
        "inputs": entry.inputs,
        "optional": entry.optional,
        "outputs": entry.outputs,
    }


def _parameters(work: Work) -> list[Mapping[str, str]]:
    """Return the parameters that are lengths of time, with what they are worth here."""
    titles = load_content(work.session, work.configuration.number).get("parameters", {})
    return [
        {
            "key": key,
            "title": str(titles.get(key, {}).get("title", key)),
            "words": period_in_words(parse_period(str(entry.value))),
        }
        for key, entry in work.parameters.entries.items()
        if is_period(entry.value)
    ]


def _dates(draft: Draft) -> list[str]:
    """Return the names that look like days in this diagram, to count a deadline from."""
    text = draft.xml.replace("&quot;", '"')
    found = {*_MOVED.findall(text), *_GIVEN.findall(text)}
    return sorted(found - {"created", "created_at", "today"})
