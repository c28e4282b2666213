"""Whether the engine is compiled already for the very files that run."""

import os
import subprocess
import sys

import pytest

import cogov
from cogov.agents.rules import COMPILED


@pytest.mark.skipif(not COMPILED, reason="rules run as plain Python here, so nothing is ever compiled")
def test_each_place_of_the_package_has_compiled_code_of_its_own(tmp_path):
    from cogov.model.compiled import is_warm
    from cogov.scenarios.city_model import CityModel

    CityModel("baseline", city="street", warm_up_days=0, days=1, follow_up_days=0).step()
    assert is_warm()
    (tmp_path / "cogov").symlink_to(cogov.__path__[0], target_is_directory=True)
    ask = "import cogov.model.compiled as c; print(c.__file__, c.is_warm())"
    done = subprocess.run([sys.executable, "-c", ask], env={**os.environ, "PYTHONPATH": str(tmp_path)}, cwd=tmp_path,
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert done.stdout.split() == [str(tmp_path / "cogov" / "model" / "compiled.py"), "False"]
