"""A page's keys: a wish that is repeated happens once, and one that was changed is no other's repetition."""

import json
import subprocess
from pathlib import Path

KEYS = Path(__file__).parents[3] / "mock_services/licences/h5/keys.js"
SCRIPT = f"""
const {{ keyring }} = await import({json.dumps(KEYS.as_uri())});
const keyFor = keyring();
console.log(JSON.stringify(["a", "a", "b", "a"].map((purpose) => keyFor({{ purpose }}))));
"""


def test_a_wish_keeps_its_key_until_it_is_changed() -> None:
    command = ["node", "--input-type=module", "--eval", SCRIPT]
    run = subprocess.run(command, check=True, capture_output=True, text=True, timeout=30)  # noqa: S603 - our own
    first, again, changed, back = json.loads(run.stdout)
    assert first == again
    assert len({first, changed, back}) == 3
