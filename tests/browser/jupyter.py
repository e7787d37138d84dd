"""A real JupyterLab on loopback, and a page of it, Notebook 7 or Voila as a test's hands and eyes.

The server has a configuration of its own and touches nobody else's; it serves all three front ends.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import secrets
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import nbformat
from playwright.sync_api import ConsoleMessage, Locator, Page

from segwidgets.checkpoints import cache_dir

App = Literal["lab", "notebook", "voila"]

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 120  # for whatever has to start: a slow machine under load is no defect
PAGES = {"lab": "lab/tree/{name}?reset", "notebook": "notebooks/{name}?", "voila": "voila/render/{name}?"}
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "notebook-extension/tracker": {"windowingMode": "none"},  # else cells out of sight leave the page
}
PANEL = """(() => {
  const app = window.jupyterapp || window.jupyterlab;
  return app && [...app.shell.widgets('main')].find(w => w.context && w.sessionContext);
})()"""


@dataclass(frozen=True)
class JupyterServer:
    """Where a server listens, and where it looks for notebooks."""

    url: str
    token: str
    folder: Path
    settings: Path

    def write_notebook(self, name: str, cells: Sequence[str]) -> str:
        """Save a notebook of code cells in the server's folder; return its name with the suffix."""
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook = nbformat.v4.new_notebook(metadata={"kernelspec": kernel})
        notebook.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
        nbformat.write(notebook, self.folder / f"{name}.ipynb")
        return f"{name}.ipynb"

    def page_url(self, notebook: str, app: App) -> str:
        """Return the address of a notebook's page."""
        return f"{self.url}{PAGES[app].format(name=notebook)}&token={self.token}"

    def forget_settings(self) -> None:
        """Go back to the default theme and whatever else a test chose."""
        for file in self.settings.rglob("*.jupyterlab-settings"):
            file.unlink()
        write_settings(self.settings)

    def stop_kernels(self) -> None:
        """End every kernel, so that none outlives its test: with a model loaded it takes much memory."""
        for kernel in json.loads(self._request("GET", "api/kernels")):
            self._request("DELETE", f"api/kernels/{kernel['id']}")

    def _request(self, method: str, path: str) -> bytes:
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(self.url + path, method=method, headers=headers)
        with _LOOPBACK.open(request, timeout=PATIENCE_S) as answer:
            return answer.read()


_LOOPBACK = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@contextlib.contextmanager
def jupyter_server(scratch: Path) -> Iterator[JupyterServer]:
    """Start JupyterLab with everything it writes below `scratch`; end that process, and no other, after."""
    folder, settings = scratch / "notebooks", scratch / "settings"
    folder.mkdir(parents=True)
    write_settings(settings)
    own = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    }
    environment = {
        **os.environ,
        **{variable: str(scratch / place) for variable, place in own.items()},
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
        "SEGWIDGETS_CACHE": str(cache_dir()),
    }
    token = secrets.token_hex(16)
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0"),
        f"--ServerApp.root_dir={folder}",
        f"--IdentityProvider.token={token}",
        "--ServerApp.terminals_enabled=False",
        "--KernelManager.shutdown_wait_time=2",
        "--LabApp.expose_app_in_browser=True",
        "--JupyterNotebookApp.expose_app_in_browser=True",
    ]
    log = scratch / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=scratch, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        url = wait_for_server(process, scratch / "runtime" / f"jpserver-{process.pid}.json", log)
        server = JupyterServer(url, token, folder, settings)
        yield server
        with contextlib.suppress(OSError):  # it may have died under the test
            server.stop_kernels()
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def write_settings(folder: Path) -> None:
    """Write what JupyterLab is to find as the user's choices."""
    for name, values in SETTINGS.items():
        file = folder / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))


def wait_for_server(process: subprocess.Popen[bytes], info: Path, log: Path) -> str:
    """Return the address once the server answers there."""
    for _ in range(PATIENCE_S * 5):
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.2)
            break
        with contextlib.suppress(OSError, ValueError):
            url = json.loads(info.read_text())["url"]
            _LOOPBACK.open(f"{url}api", timeout=5).close()
            return url
    raise RuntimeError(f"JupyterLab did not start; its log ends with:\n{log.read_text()[-3000:]}")


@dataclass
class NotebookPage:
    """One notebook in a browser: run it, look at it, click on its canvas, ask its kernel.

    Attributes
    ----------
    page : playwright.sync_api.Page
        For whatever has no helper here.
    errors : list of str
        What the page wrote to its console as errors, and exceptions nobody caught.
    """

    page: Page
    server: JupyterServer
    app: App
    scratch: Path
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE_S * 1000)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        """Keep an error, but for a font that one server has for Notebook and for Lab: it mixes them up."""
        if message.type == "error" and not message.location["url"].endswith(".woff2"):
            self.errors.append(message.text)

    def open(self, notebook: str) -> None:
        """Go to a notebook and wait for its kernel; Voila runs the cells by itself, so wait for them."""
        self.page.goto(self.server.page_url(notebook, self.app))
        if self.app == "voila":
            self.page.wait_for_function("() => document.getElementById('rendered_cells') !== null")
            return
        self.page.wait_for_selector(".jp-NotebookPanel .jp-Notebook")
        self.wait_idle()

    def reload(self) -> None:
        """Load the page anew; the kernel goes on."""
        self.page.reload()
        self.page.wait_for_selector(".jp-NotebookPanel .jp-Notebook")
        self.wait_idle()

    def wait_idle(self) -> None:
        """Wait until the kernel has nothing to do."""
        self.page.wait_for_function(f"() => {PANEL}?.sessionContext.session?.kernel?.status === 'idle'")

    def run_all(self) -> None:
        """Run all cells to the end.

        Raises
        ------
        AssertionError
            If a cell failed.
        """
        failed = self.page.evaluate(f"""async () => {{
            await (window.jupyterapp || window.jupyterlab).commands.execute('notebook:run-all-cells');
            return {PANEL}.content.widgets.flatMap(cell => cell.model.sharedModel.outputs || [])
                .filter(output => output.output_type === 'error').map(output => output.traceback.join('\\n'));
        }}""")
        assert not failed, "\n".join(failed)

    def execute(self, code: str) -> str:
        """Run code in the kernel, after all events sent before it; return what it printed and its result.

        Raises
        ------
        RuntimeError
            With the traceback, if the code failed.
        """
        failed, text = self.page.evaluate(
            f"""async code => {{
            let failed = false, text = '';
            const kernel = {PANEL}.sessionContext.session.kernel;
            const future = kernel.requestExecute({{code, store_history: false}});
            future.onIOPub = ({{header, content}}) => {{
                if (header.msg_type === 'stream') text += content.text;
                if (header.msg_type === 'execute_result') text += content.data['text/plain'];
                if (header.msg_type === 'error') {{ failed = true; text += content.traceback.join('\\n'); }}
            }};
            await future.done;
            return [failed, text.trim()];
        }}""",
            code,
        )
        if failed:
            raise RuntimeError(text)
        return text

    def set_theme(self, theme: Literal["light", "dark"]) -> None:
        """Change JupyterLab's theme."""
        name = f"JupyterLab {theme.capitalize()}"
        self.page.evaluate(
            """name => window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})""", name
        )
        self.page.wait_for_selector(f"body[data-jp-theme-name='{name}']", state="attached")

    def canvas(self, index: int = 0) -> Locator:
        """Return a widget's canvas, counted from the top of the notebook."""
        return self.page.locator("canvas:visible").nth(index)

    def wait_until_laid_out(self) -> None:
        """Wait until the click widget has drawn its photo as large as the page has room for it."""
        self.page.wait_for_selector(".sw-beside, .sw-stacked")

    def point_on_page(
        self, x: float, y: float, index: int = 0, size: tuple[int, int] | None = None
    ) -> tuple[float, float]:
        """Return where on the page a canvas pixel lies, scrolled into view.

        With `size`, the photo's (height, width), x and y are the photo's pixels. Browsers report whole CSS
        pixels, so it is the first of those that lies in the pixel: at 100 % what arrives is x and y and a
        fraction.
        """
        canvas = self.canvas(index)
        canvas.scroll_into_view_if_needed()
        height, width = size or canvas.evaluate("canvas => [canvas.height, canvas.width]")
        box: Any = canvas.bounding_box()
        left, top = box["x"] + x * box["width"] / width, box["y"] + y * box["height"] / height
        return math.ceil(left), math.ceil(top)

    def click(self, x: float, y: float, index: int = 0, size: tuple[int, int] | None = None) -> None:
        """Click on a canvas pixel, or with `size` on a photo's pixel (see `point_on_page`)."""
        self.page.mouse.click(*self.point_on_page(x, y, index, size))

    def click_past_dialogs(self, x: float, y: float, size: tuple[int, int]) -> None:
        """Click on a photo's pixel, and close what JupyterLab may say meanwhile of a lost server."""
        dialog = self.page.locator(".jp-Dialog")
        close = self.page.locator(".jp-Dialog-footer button").last
        self.page.add_locator_handler(dialog, lambda: close.click())
        left, top = self.point_on_page(x, y, size=size)
        box: Any = self.canvas().bounding_box()
        self.canvas().click(position={"x": left - box["x"], "y": top - box["y"]})
        self.page.remove_locator_handler(dialog)

    def pixel(self, x: int, y: int, index: int = 0) -> tuple[int, int, int, int]:
        """Return the RGBA that is painted at a canvas pixel."""
        return tuple(self.canvas(index).evaluate(READ_PIXEL, [x, y]))

    def wait_for_pixel(
        self, x: int, y: int, rgb: tuple[int, int, int], index: int = 0, tolerance: int = 3
    ) -> None:
        """Wait until a canvas pixel is painted in a colour."""
        self.page.wait_for_function(
            f"""([canvas, where, rgb, tolerance]) => {{
                const found = ({READ_PIXEL})(canvas, where);
                return found[3] > 0 && rgb.every((v, i) => Math.abs(v - found[i]) <= tolerance);
            }}""",
            arg=[self.canvas(index).element_handle(), [x, y], list(rgb), tolerance],
        )

    def screenshot(self, name: str, whole: bool = False) -> Path:
        """Save what is seen (or the output of all cells) below the test's folder; return the file."""
        path = self.scratch / f"{name}.png"
        target: Any = self.page.locator(".jp-Notebook") if whole else self.page
        target.screenshot(path=path)
        return path


READ_PIXEL = "(canvas, [x, y]) => [...canvas.getContext('2d').getImageData(x, y, 1, 1).data]"
