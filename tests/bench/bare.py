"""The same step in bare SpiffWorkflow: its own parser, evaluator and default serializer."""

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from tests.bench.town import ANSWERS, FIRST_EIGHT, HERE, MEASURED

ENTERED = {**ANSWERS, "score": 5, "agreed": 3}


class Bare:
    """The yardstick after eight tasks, as text; `step` loads it, completes "plan" and saves it."""

    def __init__(self) -> None:
        parser = BpmnParser()
        parser.add_bpmn_file(str(HERE / "yardstick.bpmn"))
        self.serializer = BpmnWorkflowSerializer()
        workflow = BpmnWorkflow(parser.get_spec("yardstick"))
        workflow.do_engine_steps()
        for element in FIRST_EIGHT:
            _complete(workflow, element)
        self.state = self.serializer.serialize_json(workflow)

    def step(self) -> str:
        """Return the state after one more task, as text."""
        workflow = self.serializer.deserialize_json(self.state)
        _complete(workflow, MEASURED)
        return str(self.serializer.serialize_json(workflow))


def _complete(workflow: BpmnWorkflow, element: str) -> None:
    (task,) = workflow.get_tasks(state=TaskState.READY, spec_name=element)
    task.data.update(ENTERED)
    task.run()
    workflow.do_engine_steps()
