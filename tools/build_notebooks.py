"""Build the lessons: `notebooks/source/*.py` to executed notebooks in each language, with solutions.

    python tools/build_notebooks.py                  all lessons
    python tools/build_notebooks.py 02               lessons whose name begins so
    python tools/build_notebooks.py 02 --keep        keep stored outputs where no code changed

How a source is written is told in `notebooks/source/README.md`. A second run changes no byte.
"""

from __future__ import annotations

import argparse
import ast
import base64
import hashlib
import io
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbclient import NotebookClient
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from segwidgets import __version__  # noqa: E402
from segwidgets.checkpoints import DEFAULT_WEIGHTS, fetch  # noqa: E402
from segwidgets.ground.decoding import open_image  # noqa: E402
from segwidgets.ground.files import replace_file  # noqa: E402
from segwidgets.ground.keeping import Outbox  # noqa: E402
from segwidgets.locale.languages import tables  # noqa: E402
from tools.badges import Address, stamped_address  # noqa: E402
from tools.glossary import PAGE, link_terms  # noqa: E402
from tools.glossary import page as glossary_page  # noqa: E402
from tools.lesson_table import SOURCES, SourceError, sources, write_tables  # noqa: E402
from tools.lesson_times import fill_in  # noqa: E402

NOTEBOOKS = ROOT / "notebooks"
WORDS = dict(sorted(tables("lessons").items(), key=lambda words: words[1]["place"]))
LANGUAGES = tuple(WORDS)  # in the order of their texts in L(...)
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
PICTURES = {"image/png", "image/jpeg"}
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
COLAB = "colab"  # the id of the cell that prepares Colab
STARTS = (
    3  # of a kernel: jupyter_client picks free ports, and another kernel may take them before they are bound
)
KEPT_TAGS = ("nbval-ignore-output", "raises-exception")
COMMENT = re.compile(r"# (.+ \|\| .+)$", re.MULTILINE)
_WRITING = threading.Lock()


@dataclass(frozen=True)
class Target:
    """One notebook to build: a lesson in one language, with or without solutions."""

    source: Path
    lang: str
    solutions: bool

    @property
    def path(self) -> Path:
        """Where it goes."""
        folder = NOTEBOOKS / self.lang / ("solutions" if self.solutions else "")
        return folder / f"{self.source.stem}.ipynb"


def glossary(lang: str) -> str:
    """Return a language's glossary as a page that lies beside its lessons."""
    names = {int(source.stem[:2]): source.stem for source in sources()}
    used = {
        number: link_terms(raw(Target(source, lang, False))[0].cells, lang)
        for number, source in zip(names, sources(), strict=True)
    }
    return glossary_page(lang, used, names)


def is_in_git(path: Path) -> bool:
    """Whether git keeps a file's content, so that it can be had again from there."""
    here = ["git", "-C", str(Path(__file__).parent)]
    try:
        found = subprocess.run([*here, "hash-object", str(path)], capture_output=True, text=True, check=True)
        subprocess.run([*here, "cat-file", "-e", found.stdout.strip()], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def targets() -> list[Target]:
    """Return every notebook there is to build."""
    return [Target(s, lang, sol) for s in sources() for lang in LANGUAGES for sol in (False, True)]


def assemble(target: Target) -> tuple[Any, dict[str, str]]:
    """Return a notebook without outputs, and the alt text of each picture by its cell's id."""
    notebook, alts = raw(target)
    fill_in(notebook.cells)
    link_terms(notebook.cells, target.lang, "../" if target.solutions else "")
    return notebook, alts


def raw(target: Target) -> tuple[Any, dict[str, str]]:
    """Return what `assemble` does, with marks where the minutes are to stand."""
    address = stamped_address(ROOT / "README.md")
    notebook = nbformat.v4.new_notebook(metadata=nbformat.from_dict(METADATA))
    notebook.nbformat_minor = 5
    alts: dict[str, str] = {}
    for position, cell in enumerate(jupytext.read(target.source, fmt="py:percent").cells):
        tags = cell.metadata.get("tags", [])
        languages = [tag for tag in tags if tag in LANGUAGES]
        if cell.cell_type == "markdown" and len(languages) != 1:
            raise SourceError(
                f"{target.source.name}: tag this cell {' or '.join(LANGUAGES)}: {cell.source[:60]!r}"
            )
        if languages and languages[0] != target.lang:
            continue
        if "alt" in tags:
            if not notebook.cells or notebook.cells[-1].cell_type != "code":
                raise SourceError(f"{target.source.name}: alt text without a code cell: {cell.source[:60]!r}")
            alts[notebook.cells[-1].id] = " ".join(cell.source.split())
            continue
        name = f"{target.source.stem}/{position}"
        notebook.cells.append(_cell(cell, target, hashlib.sha256(name.encode()).hexdigest()[:12]))
    if address:
        notebook.cells[0].source = _with_badges(notebook.cells[0].source, target, address)
    notebook.cells.insert(1, nbformat.v4.new_code_cell(colab_cell(target.lang, address), id=COLAB))
    notebook.cells.append(_footer(target))
    return notebook, alts


def colab_cell(lang: str, address: Address | None) -> str:
    """Return the code that prepares Colab: the package comes from `address`, or by its version."""
    major, minor = (int(number) for number in __version__.split(".")[:2])
    package = address.package if address else f"segwidgets[torch]>={major}.{minor},<{major}.{minor + 1}"
    source = (SOURCES / "colab.py").read_text("utf-8").strip()
    return in_language(source, lang).replace('package = "segwidgets"', f'package = "{package}"')


def _with_badges(source: str, target: Target, address: Address) -> str:
    title, _, rest = source.partition("\n")
    notebook = target.path.relative_to(NOTEBOOKS).as_posix()
    return f"{title}\n\n{address.badges(f'notebooks/{notebook}', target.lang)}\n{rest}"


def _cell(cell: Any, target: Target, cell_id: str) -> Any:
    if cell.cell_type == "markdown":
        return nbformat.v4.new_markdown_cell(cell.source, id=cell_id)
    tags = cell.metadata.get("tags", [])
    source = in_language(cell.source, target.lang)
    if "solution" in tags and not target.solutions:
        source = without_solution(source, WORDS[target.lang]["todo"])
    metadata = {}
    if kept := [tag for tag in tags if tag in KEPT_TAGS]:
        if "reason" not in cell.metadata:
            raise SourceError(f"{target.source.name}: say the reason of {kept}: {cell.source[:60]!r}")
        metadata = {"tags": kept, "reason": cell.metadata["reason"]}
    return nbformat.v4.new_code_cell(source, id=cell_id, metadata=metadata)


def in_language(source: str, lang: str) -> str:
    """Put one language's text in place of each ``L("English", "español")`` and ``# English || español``."""
    line_starts = [0]
    for line in source.encode().splitlines(keepends=True):
        line_starts.append(line_starts[-1] + len(line))
    encoded = source.encode()
    calls = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "L"
    ]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        if len(call.args) != len(LANGUAGES):
            raise SourceError(f"L takes a text for each of {', '.join(LANGUAGES)}: {ast.unparse(call)}")
        text = call.args[LANGUAGES.index(lang)]
        start, end = (line_starts[line - 1] + column for line, column in _span(call))
        first, last = (line_starts[line - 1] + column for line, column in _span(text))
        encoded = encoded[:start] + encoded[first:last] + encoded[end:]
    return COMMENT.sub(lambda found: f"# {_comment(found[1], lang)}", encoded.decode())


def _comment(text: str, lang: str) -> str:
    texts = text.split(" || ")
    if len(texts) != len(LANGUAGES):
        raise SourceError(f"a comment takes a text for each of {', '.join(LANGUAGES)}: {text!r}")
    return texts[LANGUAGES.index(lang)]


def _span(node: Any) -> Iterator[tuple[int, int]]:
    yield node.lineno, node.col_offset
    yield node.end_lineno, node.end_col_offset


def without_solution(source: str, todo: str) -> str:
    """Leave of a solution only what the student fills in: ``name = ...`` for each name that is checked."""
    tree = ast.parse(source)
    checks = [node for node in tree.body if _is_check(node)]
    checked = {n.id for node in checks for n in ast.walk(node) if isinstance(n, ast.Name)}
    lines = []
    for node in tree.body:
        if _is_check(node):
            lines.append(ast.get_source_segment(source, node) or "")
        elif isinstance(node, ast.FunctionDef) and node.name in checked:
            head = source.splitlines()[node.lineno - 1 : node.body[0].lineno - 1]
            if doc := ast.get_docstring(node):
                head.append(f'    """{doc}"""')
            lines += [*head, f"    return ...  {todo}", "", ""]
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) in checked:
            lines.append(f"{node.targets[0].id} = ...  {todo}")  # type: ignore[attr-defined]
    if not checks:
        raise SourceError(f"a solution ends with check(...): {source[:60]!r}")
    return "\n".join(line for line in lines).strip()


def _is_check(node: ast.stmt) -> bool:
    call = node.value if isinstance(node, ast.Expr) else None
    return isinstance(call, ast.Call) and getattr(call.func, "id", "") == "check"


def _footer(target: Target) -> Any:
    words = WORDS[target.lang]
    names = [source.stem for source in sources()]
    here = names.index(target.source.stem)
    up = "../" * (2 if target.solutions else 1)
    inner = "solutions/" if target.solutions else ""
    links = []
    if here:
        links.append(f"[{words['previous'].format(n=int(names[here - 1][:2]))}]({names[here - 1]}.ipynb)")
    if target.solutions:
        links.append(f"[{words['lesson']}](../{names[here]}.ipynb)")
    else:
        links.append(f"[{words['solutions']}](solutions/{names[here]}.ipynb)")
    for other in LANGUAGES:
        if other != target.lang:
            links.append(f"[{WORDS[other]['other']}]({up}{other}/{inner}{names[here]}.ipynb)")
    if here + 1 < len(names):
        links.append(f"[{words['next'].format(n=int(names[here + 1][:2]))}]({names[here + 1]}.ipynb)")
    text = f"---\n\n{' · '.join(links)}\n\n{words['licence']}"
    return nbformat.v4.new_markdown_cell(text, id="footer")


def build(target: Target, keep: bool = False) -> str:
    """Build one notebook and return a line about it."""
    notebook, alts = assemble(target)
    stored = nbformat.read(target.path, as_version=4) if keep and target.path.exists() else None
    if stored is None or not take_outputs(notebook, stored):
        execute(notebook, target)
        notebook.metadata = nbformat.from_dict(METADATA)  # nbclient added the version of this Python
        for cell in notebook.cells:
            if cell.cell_type == "code":
                _tidy(cell)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            _describe(cell, alts.get(cell.id), target)
    content = f"{nbformat.writes(notebook).rstrip()}\n".encode()
    with _WRITING, Outbox(NOTEBOOKS, is_kept=is_in_git) as out:  # what somebody did in a lesson is set aside
        out.save(target.path.relative_to(NOTEBOOKS).as_posix(), content)
    return f"{target.path.relative_to(ROOT)}: {len(content) / 1000:.0f} kB"


def take_outputs(notebook: Any, stored: Any) -> bool:
    """Take over stored outputs if all code is what it was; the Colab cell is new or changed at no cost."""
    old = [cell for cell in stored.cells if cell.cell_type == "code" and cell.id != COLAB]
    new = [cell for cell in notebook.cells if cell.cell_type == "code"]
    kept = [cell for cell in new if cell.id != COLAB]
    if [cell.source for cell in kept] != [cell.source for cell in old]:
        return False
    for cell, before in zip(kept, old, strict=True):
        cell.outputs = before.outputs
    for count, cell in enumerate(new, start=1):
        cell.execution_count = count
        if cell.id == COLAB:
            cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=_written_by(cell.source))]
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = count
    return True


def _written_by(source: str) -> str:
    """Run code that needs no kernel and return what it writes."""
    done = subprocess.run([sys.executable, "-c", source], check=True, capture_output=True, text=True)
    return done.stdout


def execute(notebook: Any, target: Target) -> None:
    """Run a notebook in a fresh kernel; one that never began, as its ports were taken, is tried anew."""
    for attempt in range(1, STARTS + 1):
        try:
            _run(notebook, target)
        except RuntimeError as error:
            if attempt == STARTS or "before replying to kernel_info" not in str(error):
                raise
        else:
            return


def _run(notebook: Any, target: Target) -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = {"SEGWIDGETS_ENGINE": "onnxruntime", **os.environ}  # whatever processor builds them
        environment |= {"SEGWIDGETS_PROGRESS": str(Path(folder) / "progress.json")}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), environment.get("PYTHONPATH")]))
        client = NotebookClient(
            notebook,
            timeout=600,
            kernel_name="python3",
            store_widget_state=False,
            record_timing=False,
            resources={"metadata": {"path": folder}},
        )
        client.execute(env=environment)


def _tidy(cell: Any) -> None:
    """Make a cell's outputs small and the same on every run and machine."""
    outputs: list[Any] = []
    for output in cell.outputs:
        if output.output_type == "stream":
            output.text = _without_paths(output.text)
            if outputs and outputs[-1].get("name") == output.name:  # how text is cut up depends on time
                outputs[-1].text += output.text
                continue
        elif "data" in output:
            output.data.pop(WIDGET_VIEW, None)
            output.metadata = {}
            for mime in sorted(PICTURES.intersection(output.data)):
                kind, encoded = tidy_picture(output.data.pop(mime))
                output.data[kind] = encoded
        outputs.append(output)
    cell.outputs = [output for output in outputs if output.get("data", True)]


def _describe(cell: Any, alt: str | None, target: Target) -> None:
    """Put the alt text to a cell's picture."""
    pictures = [
        (output, mime)
        for output in cell.outputs
        for mime in sorted(PICTURES.intersection(output.get("data", {})))
    ]
    if bool(alt) != bool(pictures) or len(pictures) > 1:
        raise SourceError(
            f"{target.path.name} ({target.lang}): {len(pictures)} picture(s) and {'an' if alt else 'no'} alt "
            f"text (one picture a cell, each with its alt): {cell.source[:60]!r}"
        )
    for output, mime in pictures:
        output.metadata = {mime: {"alt": alt}}


def tidy_picture(encoded: str) -> tuple[str, str]:
    """Return a picture's kind and base64 as it is stored: without metadata, charts as PNG, photos as JPEG."""
    content = base64.b64decode(encoded)
    if content[:2] == b"\xff\xd8":
        return "image/jpeg", encoded.strip()
    with open_image(io.BytesIO(content), "a stored picture") as image:
        rgba = image.convert("RGBA")
    flat = Image.new("RGB", rgba.size, "white")
    flat.paste(rgba, mask=rgba.getchannel("A"))
    png, jpeg = io.BytesIO(), io.BytesIO()
    flat.quantize(128, dither=Image.Dither.NONE).save(png, "PNG", optimize=True)
    flat.save(jpeg, "JPEG", quality=75, subsampling=0, optimize=True)
    kind, best = ("image/jpeg", jpeg) if jpeg.tell() < 0.9 * png.tell() else ("image/png", png)
    return kind, base64.b64encode(best.getvalue()).decode()


def _without_paths(text: str) -> str:
    """Put `~` for the home folder and a plain name for the weights' cache."""
    from segwidgets.checkpoints import cache_dir

    text = text.replace(str(cache_dir()), "~/.cache/segwidgets").replace(str(ROOT), ".")
    text = re.sub(re.escape(tempfile.gettempdir()) + r"/tmp\w+", ".", text)
    return text.replace(str(Path.home()), "~")


def main() -> int:
    """Build what is asked for, two at a time, and write the READMEs' table of lessons."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="beginnings of lessons' names, as in 02; all by default")
    parser.add_argument("--keep", action="store_true", help="keep stored outputs where the code is the same")
    parser.add_argument("--lang", choices=LANGUAGES, help="only this language")
    options = parser.parse_args()
    wanted = [
        target
        for target in targets()
        if (not options.names or target.source.stem.startswith(tuple(options.names)))
        and options.lang in (None, target.lang)
    ]
    status = 0
    with ThreadPoolExecutor(2) as pool:
        for name in DEFAULT_WEIGHTS:  # no lesson shows the bars of a download
            fetch(name)
        futures = [(target, pool.submit(build, target, options.keep)) for target in wanted]
        for target, future in futures:
            try:
                line = future.result()
            except Exception as error:  # noqa: BLE001  the others are to be built all the same
                line, status = f"{target.path.relative_to(ROOT)}: {type(error).__name__}: {error}", 1
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
    write_tables()
    for lang in LANGUAGES:
        replace_file(NOTEBOOKS / lang / PAGE, glossary(lang).encode())
    return status


if __name__ == "__main__":
    sys.exit(main())
