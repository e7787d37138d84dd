"""Run the tests, as `make test` does: bring Chromium, fetch the weights, pytest, then nbval on the lessons.

`--all`, as `make test-all`: also those marked `long` (environments of their own, the whole benchmark, other
variants of what is tested once), the English lessons as they come and the Spanish solutions.

Two workers, one file to each at a time, so that a model is loaded once a file. The lessons run without a
network: every proxy leads nowhere. What could not run is said in the last line, and on CI that is a failure.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NBVAL = ["-p", "tests.notebooks.pictures", "--nbval", "--nbval-current-env"]  # every built lesson, strictly
SPANISH_SOLUTIONS = "notebooks/es/solutions"
ONE_OF_EACH = ["notebooks/en/solutions", "notebooks/es", "--ignore", SPANISH_SOLUTIONS]  # of one source
SLOWEST = ["--durations", "40", "--durations-min", "10"]
PROXIES = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9", "no_proxy": "127.0.0.1"}
OFFLINE = {
    **PROXIES,
    **{name.upper(): value for name, value in PROXIES.items()},
    "npm_config_offline": "true",
}
sys.path.insert(0, str(ROOT))

from tests.browser.chromium import provide_chromium  # noqa: E402


def main() -> int:
    """Return the exit status: 0 when all that could run passed; on CI everything must run."""
    os.chdir(ROOT)
    # two workers have a core each; the lessons' numbers are onnxruntime's, whatever is installed
    environment = {"OMP_NUM_THREADS": "1", "SEGWIDGETS_ENGINE": "onnxruntime"} | os.environ
    chromium = provide_chromium()
    arguments = [one for one in sys.argv[1:] if one != "--all"]
    wanted = [] if "--all" in sys.argv else ["not long"]
    if chromium:
        environment["CHROMIUM"] = chromium
    else:
        wanted.append("not browser")
    fetched = subprocess.run([sys.executable, "-m", "segwidgets", "weights"], env=environment, check=False)
    if fetched.returncode:
        sys.stderr.write("The default models' weights cannot be had, and the tests need them (see above).\n")
        return fetched.returncode
    tests = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadfile", *SLOWEST]
    selection = ["-m", " and ".join(wanted)] if wanted else []
    runs = [([*tests, *selection, *arguments], environment)]
    if not arguments:
        lessons = ["notebooks"] if "--all" in sys.argv else ONE_OF_EACH
        runs.append(([*tests, *NBVAL, *lessons], environment | OFFLINE))
    status = max(subprocess.run(run, env=env, check=False).returncode for run, env in runs)
    if not chromium:
        sys.stderr.write("NOT RUN: the browser tests, because no Chromium could be found or installed.\n")
        if os.environ.get("CI"):
            return status or 1
    return status


if __name__ == "__main__":
    sys.exit(main())
