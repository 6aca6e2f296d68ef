"""Everything we throw at what comes from outside. Each is a place, and a text that is put there.

`{canary}` is a file with a secret, `{mark}` one that is not there. Families: Python's own walks,
format strings, numbers and lists without end, nesting, runaway patterns, entities and includes of
XML in strange encodings, paths that climb, archives, templates, SQL, headers, letters in disguise.
"""

import json
import zlib
from collections.abc import Iterator
from itertools import count

from tests.unit.feel.attacks import HEAVY, OUTWARD

WALKS = [
    'open("{canary}")',
    'open("{canary}").read()',
    "a.__class__.__base__.__subclasses__()",
    "a.__reduce__",
    "today.__globals__",
    "param.__self__",
    "after.__code__.co_consts",
    'get value(a, "__dict__")',
    'get value({"__class__": 1}, "__class__").__mro__',
    "context.__init__",
    "(function(x) x).__globals__",
    "count.__globals__",
    'getattr(a, "b")',
    "globals()",
    "locals()",
    "vars()",
    'compile("1", "", "eval")',
    "breakpoint()",
    "input()",
    'print(open("{canary}"))',
    "[x for x in (1).__class__.__base__.__subclasses__()]",
    "import os",
    "os.environ",
    'subprocess.run("id")',
    "self",
    "task.workflow.script_engine",
    "scope.meter",
    "a\u200b.__class__",
    "__import__('os').system('touch {mark}')",
    'exec(\'open("{mark}", "w")\')',
    '\uff3f\uff3fimport\uff3f\uff3f("os")',
    'е\u0432al("1")',
    "${__import__('os').popen('cat {canary}').read()}",
    "#{T(java.lang.Runtime).getRuntime().exec('id')}",
    "{{ self.__init__.__globals__ }}",
    "{% include '{canary}' %}",
    "<%= File.read('{canary}') %>",
    "${jndi:ldap://127.0.0.1/a}",
    'function(x) external {java: {class: "java.lang.Runtime", method: "exec"}}',
    'date("{canary}")',
    'time("10:00:00@{canary}")',
    'date and time("2027-01-01T10:00:00@../../../..{canary}")',
    '@"{canary}"',
    'param("{canary}")',
    'param("../../{canary}")',
    '"%s%s%s%n" + "{0.__class__}" + "{a!r:>9999999999}"',
    'string("{canary}")',
    'replace("a", "a", "$0\\g<0>\\1")',
    'matches("a", "(?P<n>a)(?(n)b)")',
    'matches("a", "(?{system})")',
    'split("a", "\\N{LATIN SMALL LETTER A}")',
    "a; import os",
    "a\nimport os",
    "a\x00b",
    "\ufeff\u202e1 + 1",
    "1 ' OR '1'='1",
    '"\'; DROP TABLE cases; --"',
    '"\r\nBcc: all@example.org"',
    '"<script>alert(1)</script>"',
    "\"=cmd|' /C calc'!A0\"",
]
ENDLESS = [
    "working_days(today(), 999999999)",
    "working_days(today(), 99999)",
    "working_days(today(), -99999999)",
    'after(today(), "99999 WD")',
    'before(today(), "99999 SD")',
    'after(today(), "P9999Y")',
    'age_date("2010-01-01", "999y")',
    "birthday(today(), 1e30)",
    "birthday(today(), 150)",
    "for i in 1..9999 return working_days(today(), 9999)",
    'for i in 1..9999 return after(today(), "9999 WD")',
    "every i in 1..9999 satisfies every j in 1..9999 satisfies true",
    "sum(for i in 1..9999 return i ** i)",
    "product(for i in 1..9999 return i)",
    "stddev(for i in 1..9999 return i / 7)",
    "median(for i in 1..9999 return 1 / i)",
    "mode(for i in 1..9999 return i)",
    "string join(for i in 1..9999 return big)",
    "union(long, long, long, long)",
    "concatenate(long, long, long, long)",
    "flatten([long, [long, [long]]])",
    "index of(long, big)",
    "reverse(long) = long",
    "sort(long, function(a, b) string(a) < string(b))",
    "list replace(long, function(a, b) a > b, big)",
    "insert before(long, 1, long)",
    "context merge(for i in 1..9999 return {a: i})",
    "get entries({a: long})",
    'context put({a: long}, "b", long)',
    "[long, long] = [long, long]",
    "long in long",
    "long[long]",
    "upper case(big) = lower case(big)",
    "contains(big, big)",
    "substring(big, 1, 1e30)",
    "1e6144 * 10",
    "-1e6144 ** 2",
    "1 / 1e-6143 / 1e-6143",
    "modulo(1e6144, 3e-6143)",
    "sqrt(2) ** 9999999",
    "log(1e-6143)",
    "decimal(1e6144, -6111)",
    "round up(1e30, 9999999999)",
    '@"2027-01-01"..@"9999-12-31"',
    'for d in @"0001-01-01"..@"9999-12-31" return d',
    'date("9999-12-31") + duration("P1D")',
    'duration("P999999999999D") * 999999999',
    'split(big, "a")',
    'matches(big, "(.?){1000}")',
    'matches(big, "((a?){30}){30}b")',
    'replace(big, "(a|aa)+$", "b")',
    'matches(big, "(?:a|b|ab)*c")',
    r'matches(big, "^(\\w+\\s?)*$")',
    r'matches(big, "(\\1a)*(b)")',
    "if true then " * 100 + "1" + " else 2" * 100,
    "function(a) " * 150 + "a",
    "for a in [1] return " * 90 + "a",
    "not(" * 190 + "true" + ")" * 190,
    "a between " * 100 + "1 and 2",
    "[" * 90 + "1" + "]" * 90,
    "{a:" * 90 + "1" + "}" * 90,
    "1 " + "in (1) " * 90,
    " " * 1990 + "1",
    "\n" * 1990 + "1",
    '"' + "\\u0041" * 300 + '"',
]
CELLS = [
    "> 9**9**9",
    "not(" * 150 + "1" + ")" * 150,
    "[1..1e6144]",
    "[..]",
    "]" * 500,
    "<" * 1900,
    "-" * 1900,
    "1," * 900 + "1",
    '"a",' * 300 + '"b"',
    "? + ? + " * 200 + "?",
    "some x in 1..9999 satisfies x = ?",
    'matches(?, "(a+)+$")',
    "().__class__",
    'open("{canary}")',
    "? = ?.__class__",
    "{{7*7}}",
    "' OR 1=1 --",
    "not(not(not(1)))",
    "for x in 1..9999 return for y in 1..9999 return ?",
]
TIMERS = [
    "R/PT1S",
    "R999999999/PT1S",
    "0 0 * * * ?",
    "P99999999999D",
    "PT99999999999999H",
    "-P1D",
    "P1Y",
    "2027-02-30",
    "9999-12-31T23:59:59Z",
    "0001-01-01",
    "2027-01-01T00:00:00@{canary}",
    '"P" + string(9**9**9) + "D"',
    'open("{canary}")',
    "__import__('os').system('touch {mark}')",
    "today().__class__",
    "null",
    "true",
    "[1, 2]",
    '"P1D"; 1',
    "${T(java.lang.System).exit(0)}",
    "working_days(today(), 99999)",
    "for x in 1..9999 return for y in 1..9999 return x",
]


def _field(**more: object) -> str:
    field = {"type": "textfield", "key": "a", "label": "A", **more}
    return json.dumps({"id": "f", "components": [field]})


def _patterned(pattern: str) -> str:
    return _field(validate={"pattern": pattern})


FORMS = [
    "",
    "[]",
    "null",
    "{",
    '{"components": 1}',
    '{"components": [[]]}',
    "[" * 50_000,
    '{"a":' * 50_000,
    '{"id": "f", "components": [' + '{"type": "group", "components": [' * 2_000,
    json.dumps({"id": "f", "components": [{"type": "textfield"}] * 9_000}),
    _patterned("(a+)+$"),
    _patterned("(a|a)*$"),
    _patterned("(?:a?){40}a{40}"),
    _patterned("a?" * 40 + "a" * 40),
    _patterned("(a|aa){1,40}$"),
    _patterned(".*.*.*.*.*x"),
    _patterned("((((a{1000}){1000}){1000}){1000})"),
    _patterned("a{4294967295}"),
    _patterned("(" * 5_000),
    _patterned("[" * 5_000),
    _patterned(r"(a*)\1\1\1x"),
    _patterned("(?(1)a|b)"),
    _patterned("(?P<n>a)(?P=n)"),
    _patterned("\\"),
    _patterned("a" * 100_000),
    _field(key="__class__"),
    _field(key="a.b"),
    _field(key="../../etc/passwd"),
    _field(label="=__import__('os')"),
    _field(label="{{7*7}}{% include '/etc/passwd' %}"),
    _field(conditional={"hide": "=a = __import__('os').system('id')"}),
    _field(conditional={"hide": "=" + "a = " * 9_000}),
    _field(type="expression", expression="=1+1"),
    _field(type="iframe", url="file:///etc/passwd"),
    _field(type="html", content="<script>"),
    _field(validate={"min": 1e400}),
    _field(validate={"maxLength": 10**30}),
    _field(type="number", decimalDigits=10**9),
    _field(valuesExpression="=open('/etc/passwd')"),
    '{"id": "f", "id": "g", "components": NaN}',
]
ANSWERS = [
    "{{7*7}}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "=1+1",
    "{{ config.items() }}",
    "{% for x in range(999999999) %}",
    "'; DROP TABLE cases; --",
    "1 UNION SELECT password FROM people",
    "\r\nBcc: all@example.org\r\n\r\nHello",
    "%0d%0aSet-Cookie: a=b",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "\u202egpj.exe",
    "\x00\x01\x02",
    "\ud83d\ude00" * 100,
    "a\u0301" * 200,
    "%s%n{0.__class__}%(a)s",
    "../../../../etc/passwd",
    "A" * 100_000,
    "\ufdfa" * 5_000,
    "9" * 5_000,
    "1e999999999",
]
NAMES = [
    "../outside.bpmn",
    "../../../../../../tmp/outside",
    "/etc/outside",
    "forms/../../outside.json",
    "forms/../../../outside",
    "..",
    ".",
    "",
    "a/../../b",
    "a\x00b",
    "\x00",
    "~/.ssh/authorized_keys",
    "....//....//outside",
    "%2e%2e/outside",
    "..%2foutside",
    "\u2024\u2024/outside",
    "forms/" + "a" * 5_000 + ".json",
    "a/" * 2_000 + "b",
    "CON",
    "file:///etc/passwd",
    "process.toml\n[x]",
    "-rf",
    "$(touch {mark})",
    "`touch {mark}`",
    "a;touch {mark}",
]
_HEAD = '<?xml version="1.0"?>'
_BPMN = 'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
XML = [
    f'{_HEAD}<!DOCTYPE a [<!ENTITY x SYSTEM "file://{{canary}}">]><a>&x;</a>',
    f'{_HEAD}<!DOCTYPE a [<!ENTITY % x SYSTEM "file://{{canary}}"> %x;]><a/>',
    f'{_HEAD}<!DOCTYPE a SYSTEM "file://{{canary}}"><a/>',
    f'{_HEAD}<!DOCTYPE a PUBLIC "x" "http://127.0.0.1/x.dtd"><a/>',
    f'{_HEAD}<!DOCTYPE a [<!ENTITY l0 "lol">{_LAUGHS}]><a>&l9;</a>',
    f'{_HEAD}<!DOCTYPE a [<!ENTITY a "{"a" * 50_000}">]><a>{"&a;" * 50_000}</a>',
    f'{_HEAD}<!DOCTYPE a [<!ENTITY a "&b;"><!ENTITY b "&a;">]><a>&a;</a>',
    f'{_HEAD}<!DOCTYPE a [<!ATTLIST a b CDATA "x">]><a/>',
    f"{_HEAD}<!DOCTYPE a><a/>",
    f'{_HEAD}<a xmlns:i="http://www.w3.org/2001/XInclude"><i:include href="file://{{canary}}"/></a>',
    f'{_HEAD}<a xmlns:i="http://www.w3.org/2001/XInclude">'
    '<i:include parse="text" href="{canary}"/></a>',
    f'<?xml-stylesheet href="file://{{canary}}"?><definitions {_BPMN}/>',
    f'<definitions {_BPMN}><import importType="x" location="file://{{canary}}" namespace="n"/>'
    "</definitions>",
    f'{_HEAD}<a xsi:schemaLocation="n file://{{canary}}" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"/>',
    '<?xml version="1.0" encoding="utf-7"?>+ADw-!DOCTYPE a+AD4-<a/>',
    '<?xml version="1.0" encoding="ibm037"?><a/>',
    '<?xml version="1.0" encoding="../../etc/passwd"?><a/>',
    '<?xml version="1.1"?><a>&#x1;</a>',
    "<b>" * 19_000,
    "<b>" * 10_000 + "</b>" * 10_000,
    f"<a {'x' * 1_000_000}='1'/>",
    f"<a b='{'x' * 1_900_000}'/>",
    f"<a {' '.join(f'a{n}=' + chr(34) + chr(34) for n in range(50_000))}/>",
    f"<a>{'<b/>' * 300_000}</a>",
    f"<a {' '.join(f'xmlns:n{n}=' + chr(34) + 'u' + chr(34) for n in range(20_000))}/>",
    f"<a><![CDATA[{'x' * 1_900_000}]]></a>",
    f"<a>{'<!-- -->' * 100_000}</a>",
    f"<a>{'<?a b?>' * 100_000}</a>",
    f"<a>{'&#65;' * 300_000}</a>",
    "<a>\x00</a>",
    "\ufeff<a/>",
    "PK\x03\x04" + "\x00" * 100,
    "<?php system('id'); ?><a/>",
    f'<definitions {_BPMN}><process id="P" isExecutable="true"><scriptTask id="s">'
    "<script>open('{mark}', 'w')</script></scriptTask></process></definitions>",
    f'<definitions {_BPMN}><process id="P" isExecutable="true"><dataObject id="o"/>'
    '<subProcess id="s"><subProcess id="t"><dataObjectReference id="r" dataObjectRef="o"/>'
    "</subProcess></subProcess></process></definitions>",
    f'<definitions {_BPMN}><process id="P" isExecutable="true">'
    + '<subProcess id="s">' * 200
    + "</subProcess>" * 200
    + "</process></definitions>",
    f'<definitions {_BPMN}><process id="P" isExecutable="true">'
    '<startEvent id="../../../x"/><userTask id="{canary}" name="{{7*7}}"/>'
    "</process></definitions>",
]
_DMN = 'xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" namespace="n" id="d" name="d"'
DMN = [
    f'<definitions {_DMN}><import namespace="x" locationURI="file://{{canary}}" '
    'importType="x"/></definitions>',
    f'<definitions {_DMN}><decision id="a" name="a"><informationRequirement>'
    '<requiredDecision href="#a"/></informationRequirement></decision></definitions>',
    f'<definitions {_DMN}><decision id="a" name="a"><informationRequirement>'
    '<requiredDecision href="file://{canary}#b"/></informationRequirement></decision></definitions>',
    f'<definitions {_DMN}><decision id="a" name="a"><literalExpression expressionLanguage="python">'
    "<text>open('{canary}')</text></literalExpression></decision></definitions>",
    f'<definitions {_DMN}><businessKnowledgeModel id="b" name="b"><encapsulatedLogic kind="Java">'
    "<literalExpression><text>1</text></literalExpression></encapsulatedLogic>"
    "</businessKnowledgeModel></definitions>",
    f'<definitions {_DMN}><decision id="a" name="a">{"<list>" * 900}{"</list>" * 900}'
    "</decision></definitions>",
    f'<definitions {_DMN}><itemDefinition name="t"><typeRef>t</typeRef></itemDefinition>'
    '<decision id="a" name="a"><variable name="a" typeRef="t"/></decision></definitions>',
    f"<definitions {_DMN}>"
    + "".join(
        f'<decision id="a{n}" name="a{n}"><informationRequirement>'
        f'<requiredDecision href="#a{n + 1}"/></informationRequirement></decision>'
        for n in range(500)
    )
    + "</definitions>",
    f'<definitions {_DMN}><decision id="a" name="a"><decisionTable><input><inputExpression>'
    "<text>9**9**9</text></inputExpression></input><output/><rule><inputEntry><text>-</text>"
    "</inputEntry><outputEntry><text>for a in 1..9999 return for b in 1..9999 return a</text>"
    "</outputEntry></rule></decisionTable></decision></definitions>",
]
PERIODS = ["99999 WD", "P9999Y9999M", "9" * 9_000 + " CD", "-5 WD", "5 WD; 1", "P" + "1Y" * 900]
SQUEEZED = zlib.compress(b"<a>" + b" " * 50_000_000, 9).decode("latin-1")


def attacks() -> Iterator[tuple[str, str, str]]:
    """Return each attack: an id, the place, and the text with its marks still in it."""
    families = {
        "walk": ("expression", OUTWARD),
        "walk2": ("expression", WALKS),
        "heavy": ("expression", HEAVY),
        "endless": ("expression", ENDLESS),
        "cell": ("cell", CELLS),
        "timer": ("timer", TIMERS),
        "form": ("form", FORMS),
        "answer": ("answer", ANSWERS),
        "name": ("name", NAMES),
        "xml": ("xml", XML),
        "squeezed": ("xml", [SQUEEZED]),
        "recoded": ("recoded", XML[:20]),
        "diagram": ("diagram", XML),
        "dmn": ("dmn", DMN),
        "period": ("period", PERIODS),
    }
    for family, (place, texts) in families.items():
        for number, text in zip(count(1), texts, strict=False):
            yield f"{family}-{number}", place, text
