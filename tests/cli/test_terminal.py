"""What every command shares."""

from __future__ import annotations

import subprocess
import sys

HELD = """
import sys
import numpy as np
from maillage.cli.terminal import give_memory_back

def held():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("RssAnon")) / 1024

if sys.argv[1] == "given back":
    give_memory_back()
np.ones(3 << 20)  # freed at once: from then on the GNU library keeps what is smaller
before, blocks = held(), [np.ones(1 << 20) for _ in range(16)]
last = bytes(1000)
del blocks[:-1]
print(held() - before)
"""


def test_what_is_freed_goes_back_to_the_system():
    def mebibytes_held(how):
        command = [sys.executable, "-c", HELD, how]
        said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)  # noqa: S603 (ourselves)
        return float(said.stdout)

    assert mebibytes_held("left") > 100  # fifteen blocks of eight, held back by the last
    assert mebibytes_held("given back") < 16
