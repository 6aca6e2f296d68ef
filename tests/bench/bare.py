"""The same step in bare SpiffWorkflow: its own parser, evaluator and default serializer.

It imports the library and nothing of ours, so that `python -m tests.bench.bare` is what somebody
runs who uses the library alone.
"""

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from tests.bench.turns import take_turns
from tests.bench.yardstick import DIAGRAM, FIRST_EIGHT, MEASURED, entered


class Bare:
    """The yardstick after eight tasks, as text; `step` loads it, completes "plan" and saves it."""

    def __init__(self) -> None:
        parser = BpmnParser()
        parser.add_bpmn_file(str(DIAGRAM))
        self.serializer = BpmnWorkflowSerializer()
        workflow = BpmnWorkflow(parser.get_spec("yardstick"))
        workflow.do_engine_steps()
        for number, element in enumerate(FIRST_EIGHT):
            _complete(workflow, element, number)
        self.state = self.serializer.serialize_json(workflow)

    def step(self) -> str:
        """Return the state after one more task, as text."""
        workflow = self.serializer.deserialize_json(self.state)
        _complete(workflow, MEASURED, len(FIRST_EIGHT))
        return str(self.serializer.serialize_json(workflow))


def _complete(workflow: BpmnWorkflow, element: str, number: int) -> None:
    (task,) = workflow.get_tasks(state=TaskState.READY, spec_name=element)
    task.data.update(entered(number))
    task.run()
    workflow.do_engine_steps()


if __name__ == "__main__":
    take_turns(Bare().step)
