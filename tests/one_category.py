"""One category of need as a catalogue file has it, for tests that want a catalogue of their own."""

import json
import re

LEAK = """
[[category]]
id = "leak"
zh = "漏水"
en = "Leaks"
rate = [10, 20, 5, 0]
eyes = 0.5
visible = 0.5
work = 60
sigma = 0.7
severity = [0.4, 0.1]
net = 3
skill = 1
levels = [0.5, 0.2, 0.2, 0.1, 0.0]
parties = [0.9, 0.1, 0.0, 0.0]
lines = [5, 1]
deadline = "urgent"
fester_days = 2
lapse_days = 20
recur = 0.1
recur_days = 30
profile = "office"
dispersion = 0.3
phone = 0.4
"""


def leak(**changes):
    """Return the category with some of its values changed, as TOML text."""
    text = LEAK
    for key, value in changes.items():
        text, found = re.subn(rf"(?m)^{key} = .*$", f"{key} = {json.dumps(value)}", text)
        assert found == 1, key
    return text
