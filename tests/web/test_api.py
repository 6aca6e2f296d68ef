"""What programs may read: the dates of a task with their explanations."""

from tests.explanations.checker import worked_out


def test_a_program_reads_the_deadline_with_its_explanation(intake, screening):
    answer = intake.get(f"/api{screening}/frist").response.get_json()

    assert answer["due_on"] == "2026-03-09"
    assert worked_out(answer["deadline"]["steps"]) == "2026-03-09"
    assert "5 arbejdsdage efter er mandag 9. marts 2026." in answer["why"]


def test_who_may_not_see_the_task_reads_nothing_of_it(signed_in, screening):
    assert signed_in("job_adviser").get(f"/api{screening}/frist").status in (403, 404)


def test_who_is_not_signed_in_reads_nothing(visitor, screening):
    assert visitor().get(f"/api{screening}/frist").response.get_json(silent=True) is None
