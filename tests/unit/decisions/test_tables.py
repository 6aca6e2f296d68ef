"""Decision tables: which row decides, and what comes of it."""

from collections.abc import Sequence

import pytest

from engine.decisions.tables import DecisionTable, Outcome, evaluate, read_decisions
from engine.domain.errors import EvaluationFailed, InvalidDefinition

MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def definitions(*parts: str, model: str = MODEL) -> bytes:
    inner = "".join(parts)
    return (
        f'<definitions xmlns="{model}" id="d" name="d" namespace="n">{inner}</definitions>'.encode()
    )


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def table_xml(
    inputs: Sequence[tuple[str, str]],
    outputs: Sequence[str],
    rows: Sequence[Sequence[str]],
    policy: str = "UNIQUE",
    extra: str = "",
    output_extra: str = "",
) -> str:
    heads = "".join(
        f'<input label="{name}"><inputExpression typeRef="{sort}"><text>{escaped(name)}</text>'
        "</inputExpression></input>"
        for name, sort in inputs
    )
    heads += "".join(f'<output name="{name}">{output_extra}</output>' for name in outputs)
    for row in rows:
        cells = [f"<inputEntry><text>{escaped(c)}</text></inputEntry>" for c in row[: len(inputs)]]
        cells += [
            f"<outputEntry><text>{escaped(c)}</text></outputEntry>" for c in row[len(inputs) :]
        ]
        heads += f"<rule>{''.join(cells)}</rule>"
    return f'<decisionTable hitPolicy="{policy}" {extra}>{heads}</decisionTable>'


def decision_xml(inner: str, name: str = "team", needs: Sequence[str] = ()) -> str:
    required = "".join(
        f'<informationRequirement><requiredDecision href="#{need}"/></informationRequirement>'
        for need in needs
    )
    return (
        f'<decision id="{name}" name="{name}"><variable name="{name}"/>{required}{inner}</decision>'
    )


def one(*args, name: str = "team", **kwargs) -> DecisionTable:
    return read_decisions(definitions(decision_xml(table_xml(*args, **kwargs), name)))[name]


AGE = [("age", "number")]


def by_age(policy: str, *rows: Sequence[str], **kwargs) -> DecisionTable:
    return one(AGE, ["team"], rows, policy, **kwargs)


def test_the_row_that_fits_decides_and_is_named():
    table = by_age("UNIQUE", ["< 18", "1"], ["[18..25)", "3"])

    assert evaluate(table, {"age": 20}) == Outcome({"team": 3}, (2,))


def test_when_no_row_fits_every_output_is_null():
    table = one(AGE, ["team", "reason"], [["< 18", "1", '"young"']])

    assert evaluate(table, {"age": 40}) == Outcome({"team": None, "reason": None}, ())


def test_several_outputs_come_by_their_names():
    table = one(AGE, ["team", "owner"], [["-", "3", '"jobrådgiver"']])

    assert evaluate(table, {"age": 20}).outputs == {"team": 3, "owner": "jobrådgiver"}


def test_unique_refuses_two_rows_and_names_them():
    table = by_age("UNIQUE", ["< 18", "1"], ["-", "2"], ["> 3", "3"])

    with pytest.raises(EvaluationFailed, match="1, 2 og 3"):
        evaluate(table, {"age": 10})


def test_first_takes_the_first_row():
    table = by_age("FIRST", ["< 18", "1"], ["-", "2"])

    assert evaluate(table, {"age": 10}) == Outcome({"team": 1}, (1,))


def test_first_does_not_work_out_the_rows_it_does_not_take():
    table = by_age("FIRST", ["< 18", "1"], ["-", "1 / 0"])

    assert evaluate(table, {"age": 10}).outputs == {"team": 1}


def test_any_takes_rows_that_agree_and_names_them_all():
    table = by_age("ANY", ["< 18", "1"], ["> 3", "1"])

    assert evaluate(table, {"age": 10}) == Outcome({"team": 1}, (1, 2))


def test_any_refuses_rows_that_do_not_agree():
    table = by_age("ANY", ["< 18", "1"], ["> 3", "2"])

    with pytest.raises(EvaluationFailed, match="ikke det samme"):
        evaluate(table, {"age": 10})


def test_priority_goes_by_the_order_of_the_output_values():
    values = "<outputValues><text>3, 2, 1</text></outputValues>"
    table = by_age("PRIORITY", ["-", "1"], ["-", "3"], ["-", "2"], output_extra=values)

    assert evaluate(table, {"age": 10}) == Outcome({"team": 3}, (2,))


def test_output_order_gives_all_by_the_order_of_the_output_values():
    values = "<outputValues><text>3, 2, 1</text></outputValues>"
    table = by_age("OUTPUT ORDER", ["-", "1"], ["-", "3"], ["-", "2"], output_extra=values)

    found = evaluate(table, {"age": 10})

    assert (found.outputs["team"], found.rows) == ([3, 2, 1], (2, 3, 1))


@pytest.mark.parametrize("policy", ["COLLECT", "RULE ORDER"])
def test_collecting_gives_a_list_under_the_name_and_the_rows(policy: str):
    table = by_age(policy, ["< 18", '"A"'], ["< 5", '"B"'], ["-", '"C"'])

    assert evaluate(table, {"age": 10}) == Outcome(
        {"team": ["A", "C"], "rows": [{"team": "A"}, {"team": "C"}]}, (1, 3)
    )


def test_collecting_several_outputs_gives_the_rows_alone():
    table = one(AGE, ["a", "b"], [["-", "1", "2"], ["-", "3", "4"]], "COLLECT")

    assert evaluate(table, {"age": 10}).outputs == {"rows": [{"a": 1, "b": 2}, {"a": 3, "b": 4}]}


def test_collecting_nothing_gives_empty_lists():
    table = by_age("COLLECT", ["< 5", "1"])

    assert evaluate(table, {"age": 10}) == Outcome({"team": [], "rows": []}, ())


@pytest.mark.parametrize(
    ("aggregator", "figure", "of_nothing"),
    [("SUM", 6, None), ("MIN", 1, None), ("MAX", 3, None), ("COUNT", 3, 0)],
)
def test_an_aggregator_gives_one_figure(aggregator: str, figure: int, of_nothing: int | None):
    rows = [["< 18", "1"], ["< 18", "2"], ["< 18", "3"]]
    table = by_age("COLLECT", *rows, extra=f'aggregation="{aggregator}"')

    assert evaluate(table, {"age": 10}) == Outcome({"team": figure}, (1, 2, 3))
    assert evaluate(table, {"age": 20}) == Outcome({"team": of_nothing}, ())


def test_the_default_output_is_taken_when_no_row_fits():
    default = "<defaultOutputEntry><text>9</text></defaultOutputEntry>"
    table = by_age("UNIQUE", ["< 18", "1"], output_extra=default)

    assert evaluate(table, {"age": 20}) == Outcome({"team": 9}, ())


def test_cells_may_call_the_functions_of_the_caller():
    table = by_age("UNIQUE", ['< param("age_of_majority")', "1"], ["-", 'param("else")'])
    functions = {"param": {"age_of_majority": 18, "else": 3}.__getitem__}

    with pytest.raises(EvaluationFailed, match="1 og 2"):
        evaluate(table, {"age": 10}, functions)
    assert evaluate(table, {"age": 20}, functions).outputs == {"team": 3}


def test_a_decision_tells_what_it_reads_and_calls():
    rows = [["< limit", "f(age) + bonus"]]

    table = one([("age", "number")], ["team"], rows)

    assert table.reads == {"age", "limit", "bonus"}
    assert table.calls == {"f"}


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({}, "»age« kendes ikke"),
        ({"age": "17"}, "passer ikke til typen »number«"),
    ],
)
def test_a_missing_or_wrong_input_is_an_error(inputs: dict[str, object], reason: str):
    with pytest.raises(EvaluationFailed, match=reason):
        evaluate(by_age("UNIQUE", ["< 18", "1"]), inputs)


def test_a_value_the_table_does_not_know_is_an_error():
    head = '<input label="Skole"><inputExpression><text>school</text></inputExpression>'
    head += '<inputValues><text>"grade9", "none"</text></inputValues></input><output name="team"/>'
    xml = definitions(decision_xml(f"<decisionTable>{head}</decisionTable>"))

    with pytest.raises(EvaluationFailed, match="Skole"):
        evaluate(read_decisions(xml)["team"], {"school": "grade99"})


def test_a_text_is_read_as_a_date_where_a_date_is_declared():
    table = one([("birth", "date")], ["team"], [['< date("2009-01-01")', "3"], ["-", "1"]], "FIRST")

    assert evaluate(table, {"birth": "2008-12-31"}).outputs == {"team": 3}
    with pytest.raises(EvaluationFailed, match="ikke en dato"):
        evaluate(table, {"birth": "31.12.2008"})


def test_a_date_comes_out_as_an_iso_text():
    table = by_age("UNIQUE", ["-", 'date("2027-03-01")'])

    assert evaluate(table, {"age": 1}).outputs == {"team": "2027-03-01"}


# -- Decisions that build on decisions ------------------------------------------------------


def test_a_decision_reads_the_decisions_it_needs():
    young = decision_xml("<literalExpression><text>age &lt; 18</text></literalExpression>", "young")
    team = decision_xml(
        table_xml([("young", "boolean")], ["team"], [["true", "1"], ["false", "3"]]),
        needs=["young"],
    )
    decisions = read_decisions(definitions(team, young))

    assert set(decisions) == {"team", "young"}
    assert decisions["team"].reads == {"age"}
    assert evaluate(decisions["team"], {"age": 17}) == Outcome({"team": 1}, (1,))
    assert evaluate(decisions["young"], {"age": 17}) == Outcome({"young": True}, ())


def test_decisions_in_a_circle_are_refused():
    literal = "<literalExpression><text>1</text></literalExpression>"

    with pytest.raises(InvalidDefinition, match="ring"):
        read_decisions(
            definitions(decision_xml(literal, "a", ["b"]), decision_xml(literal, "b", ["a"]))
        )


def test_a_function_of_the_file_can_be_called_by_name():
    xml = definitions(
        '<businessKnowledgeModel id="k" name="twice"><variable name="twice"/><encapsulatedLogic>'
        '<formalParameter name="n" typeRef="number"/>'
        "<literalExpression><text>n * 2</text></literalExpression>"
        "</encapsulatedLogic></businessKnowledgeModel>",
        '<decision id="a" name="a"><knowledgeRequirement><requiredKnowledge href="#k"/>'
        "</knowledgeRequirement><invocation><literalExpression><text>twice</text>"
        '</literalExpression><binding><parameter name="n"/><literalExpression><text>age</text>'
        "</literalExpression></binding></invocation></decision>",
    )

    assert evaluate(read_decisions(xml)["a"], {"age": 4}).outputs == {"a": 8}


def test_a_function_that_never_ends_is_given_up():
    xml = definitions(
        '<businessKnowledgeModel id="k" name="f"><variable name="f"/><encapsulatedLogic>'
        '<formalParameter name="n"/><literalExpression><text>f(n + 1) + f(n + 2)</text>'
        "</literalExpression></encapsulatedLogic></businessKnowledgeModel>",
        '<decision id="a" name="a"><knowledgeRequirement><requiredKnowledge href="#k"/>'
        "</knowledgeRequirement><literalExpression><text>f(1)</text></literalExpression>"
        "</decision>",
    )

    with pytest.raises(EvaluationFailed, match="for meget arbejde"):
        evaluate(read_decisions(xml)["a"], {})


# -- What can be read -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "model",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        MODEL,
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
)
def test_every_version_of_the_standard_is_read(model: str):
    xml = definitions(decision_xml(table_xml(AGE, ["team"], [["-", "1"]])), model=model)

    assert evaluate(read_decisions(xml)["team"], {"age": 1}).outputs == {"team": 1}


def _bad(inner: str) -> bytes:
    return definitions(decision_xml(inner))


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (b"<a/>", "ikke en DMN-fil"),
        (b'<definitions xmlns="http://example.org/"/>', "ikke en DMN-fil"),
        (_bad(table_xml(AGE, ["t"], [["< 18 and", "1"]])), "række 1, »age«"),
        (_bad(table_xml(AGE, ["t"], [["-", "1 +"]])), "række 1"),
        (_bad(table_xml(AGE, ["t"], [["-"]])), "celle for hver kolonne"),
        (_bad(table_xml(AGE, [], [["-"]])), "ingen outputkolonne"),
        (_bad(table_xml(AGE, ["t", "t"], [])), "hver sit navn"),
        (_bad(table_xml(AGE, ["t"], [], "LAST")), "»LAST« kendes ikke"),
        (_bad(table_xml(AGE, ["t"], [], "PRIORITY")), "prioriteret"),
        (_bad(table_xml(AGE, ["t"], [], "UNIQUE", 'aggregation="SUM"')), "SUM"),
        (_bad(table_xml(AGE, ["t", "u"], [], "COLLECT", 'aggregation="SUM"')), "netop én"),
        (_bad(table_xml([("age", "tUnknown")], ["t"], [])), "»tUnknown« kendes ikke"),
        (_bad(table_xml([("", "number")], ["t"], [])), "mangler sit udtryk"),
        (
            _bad(
                '<literalExpression expressionLanguage="python"><text>1</text></literalExpression>'
            ),
            "kun FEEL",
        ),
        (definitions(decision_xml("", needs=["gone"])), "»gone«, der ikke findes"),
        (definitions(decision_xml("", "a"), decision_xml("", "a")), "to gange"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(xml: bytes, reason: str):
    with pytest.raises(InvalidDefinition, match=reason):
        read_decisions(xml)
