"""What the tests of the runner let it do, as functions that other processes can import."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from segwidgets.jobs import Item, ItemError, Made


def count_letters(item: Item) -> Made:
    """Count; items named for it fail, die, hang, or eat memory instead."""
    word = item.name.partition(" ")[0]
    if word == "broken":
        raise ItemError("=it is broken", "mend it")
    if word == "bug":
        raise KeyError("a bug")
    if word == "leaves":
        raise SystemExit(3)
    if word == "nan":
        return Made({"share": float("nan")})
    if word == "fills":
        return Made({}, {"large": bytes(item.payload)})
    if word == "dies":
        os.kill(os.getpid(), signal.SIGKILL)
    if word == "counts":
        with Path(item.payload).open("a") as file:
            file.write("died\n")
        os.kill(os.getpid(), signal.SIGKILL)
    if word == "litters":
        (Path(tempfile.mkdtemp()) / "deep").mkdir()
        if item.payload == "dies":
            os.kill(os.getpid(), signal.SIGKILL)
        threading.Event().wait()
    if word == "hangs":
        threading.Event().wait()
    if word == "begets":
        child = subprocess.Popen([sys.executable, "-c", "import threading; threading.Event().wait()"])
        Path(item.payload).write_text(str(child.pid))
        threading.Event().wait()
    if word == "eats":
        held = bytearray(item.payload)
        held[::4096] = bytes(len(held[::4096]))  # a byte of each page
        threading.Event().wait()
    if word == "once":  # dies the first time, as where another had taken the memory
        try:
            Path(item.payload).open("x").close()
        except FileExistsError:
            pass
        else:
            os.kill(os.getpid(), signal.SIGKILL)
    if word == "orphan":  # ends the worker of a cluster that has started this process, the first time
        try:
            Path(item.payload).open("x").close()
        except FileExistsError:
            pass
        else:
            os.kill(os.getppid(), signal.SIGKILL)
            threading.Event().wait()
    text = item.name if item.path is None else item.read().decode()
    return Made({"letters": len(text)}, {f"texts/{item.name}.txt": text.encode()})


def wait_for_gate(item: Item) -> Made:
    """Be done at once, but for one item that says that it has begun and never ends."""
    if item.payload is not None:
        tempfile.mkdtemp()
        Path(item.payload).write_text(str(os.getpid()))
        threading.Event().wait()
    return count_letters(item)


def begin(folder: Path) -> None:
    """Leave a sign, and fail where there is one of this process already."""
    (folder / str(os.getpid())).touch(exist_ok=False)


def tell_threads(item: Item) -> Made:
    """Say how many threads a library may use here, by sessions of onnxruntime too."""
    from onnx import TensorProto, helper

    from segwidgets.models.onnx_graphs import start_session

    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in "xy"]
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "small", ends[:1], ends[1:])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    used = start_session(made.SerializeToString()).get_session_options().intra_op_num_threads
    return Made({"told": os.environ["OMP_NUM_THREADS"], "used": used})


def cannot_start() -> None:
    """Fail as weights do that are not there."""
    raise FileNotFoundError("the weights are not there")


def dies_at_start() -> None:
    """End before there is any item."""
    os.kill(os.getpid(), signal.SIGKILL)
