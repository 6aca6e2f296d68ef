"""Every finding that the check can give stands in a test, by its code."""

import re
from pathlib import Path

import pytest

from engine.spiff import checks

RULES = Path(checks.__path__[0])
TESTS = Path(__file__).parent
SAID = re.compile(r'(?:(?:error|warning)\(\s*\S+,\s*|code=|_whole_file\(\s*\w+,\s*)"([a-z_]+)"')

CODES = sorted({code for file in RULES.glob("*.py") for code in SAID.findall(file.read_text())})


def test_the_codes_are_found_in_the_source():
    assert len(CODES) > 50


@pytest.mark.parametrize("code", sorted(set(CODES) - {"refused"}))
def test_a_finding_has_a_test_that_brings_it_about(code):
    tests = "".join(file.read_text() for file in TESTS.glob("test_*.py"))

    assert f'"{code}"' in tests
