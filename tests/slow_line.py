"""A slow line on loopback: a proxy that delays, throttles, can be cut and mended, or lose what it takes."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
from collections.abc import Iterator


class SlowLine:
    """Passes bytes on between a free port and another, each way late by half of the round trip.

    Parameters
    ----------
    target : int
        The port on loopback that is reached by it.
    round_trip_s : float
        What the way there and back takes besides.
    bytes_per_s : float
        What goes through at most, each way.
    """

    def __init__(self, target: int, round_trip_s: float, bytes_per_s: float = float("inf")) -> None:
        self._target, self._late_s, self._rate = target, round_trip_s / 2, bytes_per_s
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._is_cut = self._loses = False
        self._free_at = [0.0, 0.0]
        self._lock = threading.Lock()

    def cut(self) -> None:
        """End all connections, and take no others."""
        self._is_cut = True
        for one in list(self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def lose(self) -> None:
        """Take what comes, and pass nothing on: nobody notices until the connections are cut."""
        self._loses = True

    def mend(self) -> None:
        """Take connections again."""
        self._is_cut = self._loses = False

    def throttle(self, bytes_per_s: float) -> None:
        """Let no more through from now on, each way."""
        self._rate = bytes_per_s

    def close(self) -> None:
        """End everything."""
        self.cut()
        self._listener.close()

    def serve(self) -> None:
        """Take connections until `close`."""
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self._is_cut:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self._target))
            for one in (near, far):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._open |= {near, far}
            for way, (source, sink) in enumerate(((near, far), (far, near))):
                due: queue.Queue[tuple[float, bytes]] = queue.Queue()
                threading.Thread(target=self._read, args=(source, due, way), daemon=True).start()
                threading.Thread(target=self._write, args=(sink, due), daemon=True).start()

    def _read(self, source: socket.socket, due: queue.Queue[tuple[float, bytes]], way: int) -> None:
        data = b"x"
        while data:
            try:
                data = source.recv(1 << 14)
            except OSError:
                data = b""
            with self._lock:
                sent = max(time.monotonic(), self._free_at[way]) + len(data) / self._rate
                self._free_at[way] = sent
            due.put((sent + self._late_s, data))

    def _write(self, sink: socket.socket, due: queue.Queue[tuple[float, bytes]]) -> None:
        while True:
            when, data = due.get()
            time.sleep(max(0.0, when - time.monotonic()))
            try:
                if not data:
                    sink.shutdown(socket.SHUT_WR)
                    return
                if not self._loses:
                    sink.sendall(data)
            except OSError:
                return


@contextlib.contextmanager
def slow_line(target: int, round_trip_s: float, bytes_per_s: float = float("inf")) -> Iterator[SlowLine]:
    """Put a slow line before a port, as long as the context lasts."""
    line = SlowLine(target, round_trip_s, bytes_per_s)
    threading.Thread(target=line.serve, daemon=True).start()
    try:
        yield line
    finally:
        line.close()
