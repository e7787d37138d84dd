"""Install segwidgets from the folder that this file lies in. Instala sin red desde esta carpeta.

    python install.py                       into ~/segwidgets, with the lessons in English
    python install.py FOLDER --lang es      en otra carpeta, con las lecciones en español

No network is asked. A second run brings what is newer; what somebody did in a lesson stays.
Otra vez trae lo nuevo; lo que alguien hizo en una lección se queda.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Make an environment, install, bring the weights and the lessons, and ask the doctor."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?", default=Path.home() / "segwidgets")
    parser.add_argument("--lang", default="en", help="en, es")
    options = parser.parse_args()
    folder = options.folder.expanduser().absolute()
    env = folder / "env"
    tools = env / ("Scripts" if os.name == "nt" else "bin")
    python = str(tools / "python")
    if not (env / "pyvenv.cfg").is_file():
        venv.create(env, with_pip=True)
    here = ["--no-index", "--find-links", str(HERE / "wheels")]
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *here]
    steps = [
        [*pip, "segwidgets[lab]"],
        [*pip, "--force-reinstall", "--no-deps", "segwidgets"],  # a newer one may have the same version
        [python, "-m", "segwidgets", "weights", "--from", str(HERE / "weights"), "--lang", options.lang],
        [python, "-m", "segwidgets", "lessons", str(folder / "lessons"), "--lang", options.lang],
        [python, "-m", "segwidgets", "doctor", "--lang", options.lang],
    ]
    for step in steps:
        status = subprocess.run(step, check=False).returncode
        if status:
            return status
    sys.stdout.write(f"\n{tools / 'jupyter'} lab {folder / 'lessons'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
