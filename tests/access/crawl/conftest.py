"""How many cells were asked, said when all is over: `make crawl` has several workers."""

import pytest

CRAWLED = "crawled"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say by relation how many cells were asked and how many answers were wrong, and the sums."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    crawled = [each for report in reports for key, each in report.user_properties if key == CRAWLED]
    for relation in sorted({each[0] for each in crawled}):
        parts = [each for each in crawled if each[0] == relation]
        cells, wrong = (sum(each[at] for each in parts) for at in (1, 2))
        terminalreporter.write_line(f"{relation}: {cells} cells, {wrong} wrong")
    if crawled:
        cells, wrong = (sum(each[at] for each in crawled) for at in (1, 2))
        terminalreporter.write_line(f"{cells} cells, {wrong} wrong")
