"""What runs where the student's code runs: our lesson, with their answers in it, cell by cell.

Nothing is judged here. After each answer its value goes out; where it is a function, it is called with what
comes in, until we are told to go on. It may all be tampered with from the student's cells, which gains them
nothing: a value is all that can come out.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from contextlib import suppress
from typing import Any

MISSING = object()


def main() -> None:
    """Run a lesson; the process's first argument says how."""
    told = json.loads(sys.argv[1])
    from segwidgets.mark.confinement import limit, wall_in

    is_walled = bool(told["walls"]) and wall_in(told["box"])
    limit(**told["limits"])
    sys.path.append(told["box"])  # last: a student's numpy.py stands behind the real one
    _Run(told, is_walled).go()


class _Run:
    def __init__(self, told: dict[str, Any], is_walled: bool) -> None:
        self._line = socket.socket(fileno=told["line"])
        self._line.setblocking(True)
        self._pid = os.getpid()
        self._given: dict[str, Any] = {}
        self._is_walled = is_walled

    def go(self) -> None:
        """Run all cells and end."""
        from segwidgets.mark.values import Parcel, message, read_message

        self._message, self._read_message, self._parcel = message, read_message, Parcel
        shell = self._shell()
        self._send({"ready": True, "walls": self._is_walled})
        cells = self._receive()[0]["cells"]
        for position, cell in enumerate(cells):
            self._send({"at": position})
            self._receive()
            self._given.clear()
            done = shell.run_cell(cell["source"], store_history=False, silent=True)
            error = done.error_before_exec or done.error_in_exec
            if cell["exercise"]:
                self._hand_in(self._answer(cell, shell.user_ns), error)
            else:
                self._send({"error": None if error is None else _told(error)})
        self._send({"end": True})
        os._exit(0)

    def _shell(self) -> Any:
        from IPython.core.interactiveshell import InteractiveShell
        from traitlets.config import Config

        import segwidgets.course as course
        import segwidgets.course.checks as checks

        config = Config()
        config.HistoryManager.enabled = False
        config.InteractiveShell.colors = "NoColor"
        course.check = checks.check = self._check
        return InteractiveShell.instance(config=config)

    def _check(self, number: object = None, answer: Any = None, lang: object = None) -> None:
        self._given[str(number)] = answer

    def _answer(self, cell: dict[str, str], names: dict[str, Any]) -> Any:
        given = self._given.get(cell["exercise"], MISSING)
        if given is not MISSING:
            return given
        try:
            return eval(cell["answer"], names)  # our own expression, in the student's names
        except BaseException:  # noqa: BLE001  their names may be anything
            return MISSING

    def _hand_in(self, answer: Any, error: BaseException | None) -> None:
        told: dict[str, Any] = {"error": None if error is None else _told(error)}
        parcel = self._parcel()
        told["answer"] = None if answer is MISSING else parcel.pack(answer)
        self._send(told, parcel.blobs)
        while True:
            said, blobs = self._receive()
            if "call" not in said:
                return
            self._call(answer, said, blobs)

    def _call(self, function: Any, said: dict[str, Any], blobs: list[bytes]) -> None:
        from segwidgets.mark.values import unpack

        arguments = [unpack(one, blobs) for one in said["call"]]
        before = [self._packed(one) for one in arguments]
        try:
            value = function(*arguments)
        except BaseException as error:  # noqa: BLE001  a student's function may raise anything
            self._send({"raised": _told(error)})
            return
        parcel = self._parcel()
        returned = parcel.pack(value, 1)
        changed = {
            str(index): parcel.pack(one, 1)
            for index, (one, was) in enumerate(zip(arguments, before, strict=True))
            if self._packed(one) != was
        }
        self._send({"returned": returned, "changed": changed}, parcel.blobs)

    def _packed(self, value: Any) -> tuple[Any, Any]:
        parcel = self._parcel()
        return parcel.pack(value), parcel.blobs

    def _send(self, told: dict[str, Any], blobs: Any = ()) -> None:
        if os.getpid() != self._pid:  # a child that a cell has made, and that came back here
            os._exit(0)
        self._line.sendall(self._message(told, blobs))

    def _receive(self) -> tuple[dict[str, Any], list[bytes]]:
        found: tuple[dict[str, Any], list[bytes]] = self._read_message(self._take)
        return found

    def _take(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            part = self._line.recv(min(size - len(parts), 1 << 20))
            if not part:
                os._exit(1)  # nobody listens any more
            parts += part
        return bytes(parts)


def _told(error: BaseException) -> dict[str, str]:
    words = ""
    with suppress(BaseException):
        words = str(error)[:2000]
    return {"kind": type(error).__name__[:60], "words": words}


if __name__ == "__main__":
    main()
