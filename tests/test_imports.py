"""What other rooms begin with can be imported first, whatever else is imported or not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src"

_IMPORTED_ALONE = """
import importlib, sys
kept = set(sys.modules)
for name in sys.argv[1:]:
    for other in [m for m in sys.modules if m.partition(".")[0] == "policybot"]:
        del sys.modules[other]
    try:
        importlib.import_module(name)
    except ImportError as error:
        if "partially initialized" in str(error):
            print(f"{name}: {error}")
"""


def test_no_module_needs_another_one_imported_before_it() -> None:
    names = [
        ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted((SOURCE / "policybot" / "corpus" / "relating").glob("*.py"))
    ]
    names += ["policybot.corpus.importers", "policybot.query.read", "policybot.answering.engine"]
    done = subprocess.run(
        [sys.executable, "-c", _IMPORTED_ALONE, *names],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr
