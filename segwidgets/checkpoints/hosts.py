"""Which hosts the weights come from, and whether they answer: all are asked at once, within a few seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from segwidgets.checkpoints.download import NpmFile, Source
from segwidgets.checkpoints.table import Checkpoint

Answer = Literal["answers", "refuses", "insecure", "proxy", "silent", "away"]


@dataclass(frozen=True)
class Host:
    """A host of weights.

    Attributes
    ----------
    name : str
        As in ``cdn.jsdelivr.net``.
    address : str
        Of one of its files.
    checkpoints : tuple of str
        The names of those that have a file there.
    """

    name: str
    address: str
    checkpoints: tuple[str, ...]


def source_hosts(table: Mapping[str, Checkpoint]) -> list[Host]:
    """Return every host that stands in a table of checkpoints, once, in the table's order."""
    addresses: dict[str, str] = {}
    users: dict[str, dict[str, None]] = {}
    for name, checkpoint in table.items():
        for file in checkpoint.files:
            for source in file.sources:
                if not isinstance(source, NpmFile):
                    host = urlsplit(source).netloc
                    addresses.setdefault(host, source)
                    users.setdefault(host, {})[name] = None
    return [Host(host, address, tuple(users[host])) for host, address in addresses.items()]


def can_come(checkpoint: Checkpoint, heard: Mapping[str, Answer], npm: bool) -> bool:
    """Say whether each file has a source left: a host that answers, or the npm client if that is there."""

    def open_(source: Source) -> bool:
        return npm if isinstance(source, NpmFile) else heard.get(urlsplit(source).netloc) == "answers"

    return all(any(map(open_, file.sources)) for file in checkpoint.files)


class Enquiry:
    """Asks hosts for the head of one of their files; nothing is downloaded.

    The threads start at once and are daemons: neither a silent resolver nor a silent host holds anybody up.

    Parameters
    ----------
    hosts : sequence of Host
        Whom to ask.
    seconds : float
        How long to wait for all of them together, from now on.
    """

    def __init__(self, hosts: Sequence[Host], seconds: float) -> None:
        import requests  # noqa: F401  # here and not in each thread

        self._seconds = seconds
        self._until = time.monotonic() + seconds
        self._heard: dict[str, Answer] = {}
        self._threads = [threading.Thread(target=self._ask, args=(host,), daemon=True) for host in hosts]
        for thread in self._threads:
            thread.start()

    def answers(self) -> dict[str, Answer]:
        """Return what each host said, by its name; those that said nothing in time are not among them."""
        for thread in self._threads:
            thread.join(max(0.0, self._until - time.monotonic()))
        return dict(self._heard)

    def _ask(self, host: Host) -> None:
        import requests

        answer: Answer
        try:
            response = requests.head(host.address, timeout=self._seconds, allow_redirects=False)
            answer = "answers" if response.ok else "refuses"
        except requests.exceptions.SSLError:
            answer = "insecure"
        except requests.exceptions.ProxyError:
            answer = "proxy"
        except requests.exceptions.Timeout:
            answer = "silent"
        except (requests.RequestException, OSError, ValueError):
            answer = "away"
        self._heard[host.name] = answer
