"""A child that waits, or works, for as long as it is asked; see `test_check_watched.py`."""

import sys
import time

from engine.spiff.watched import question

asked = question()
time.sleep(asked["waits"])
begun = time.process_time()
while time.process_time() < begun + asked["works"]:
    pass
sys.stdout.write("done")
