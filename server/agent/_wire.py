"""The socket to the runner: connects, says hello, and knows whether the program has closed it.

The C modules below `socket` and `json` are used, so that the program does not find those two imported.
"""
import os
import sys
import _json
import _socket

_CONNECT_SECONDS = 15
_SEND_SECONDS = 20
#: File numbers that programs hardly use, so that the program's own files get those that they would get without us.
_NUMBERS = (1000, 999, 998, 250, 249, 248, 63, 62, 61)


def _refuse(value):
    raise TypeError(type(value))


def _encoder():
    """A JSON encoder of C parts alone: the last send happens when the globals of modules are gone."""
    quote = _json.encode_basestring_ascii
    return _json.make_encoder(None, _refuse, quote, None, ":", ",", False, False, True)


def _identity(number, status=os.fstat):
    """What the system knows an open file by, so that one can be told from another with its number."""
    found = status(number)
    return found.st_dev, found.st_ino


def high(low):
    """Moves an open file to a number that programs hardly use; returns the number that it has now."""
    for number in _NUMBERS:
        try:
            os.fstat(number)  # taken
        except OSError:
            try:
                os.dup2(low, number, False)
            except OSError:  # above the limit
                continue
            os.close(low)
            return number
    return low


class Wire:
    """Raises OSError where a socket would. `address` is a path, or (host, port) on Windows."""

    def __init__(self, address):
        self._encode = _encoder()
        unix = isinstance(address, str)
        made = _socket.socket(_socket.AF_UNIX if unix else _socket.AF_INET, _socket.SOCK_STREAM)
        self._socket = _socket.socket(made.family, made.type, 0, high(made.detach())) if unix else made
        self._identity = _identity(self._socket.fileno()) if unix else None
        self._socket.settimeout(_CONNECT_SECONDS)
        self._socket.connect(address if unix else tuple(address))

    def greet(self, token, engine):
        """Says hello; raises OSError if the runner does not answer with go."""
        self.send([{"t": "hello", "token": token, "pid": os.getpid(), "ppid": os.getppid(),
                    "version": "%d.%d.%d" % sys.version_info[:3], "executable": sys.executable,
                    "argv": list(getattr(sys, "argv", [])), "engine": engine}])
        if b'"go"' not in self._socket.recv(256):
            raise OSError("refused")
        self._socket.settimeout(_SEND_SECONDS)

    def is_ours(self, identity=_identity, failed=OSError):
        """Whether the program has not closed the socket, as daemons close all files, and perhaps reused its number."""
        try:
            return self._identity is None or identity(self._socket.fileno()) == self._identity
        except failed:
            return False

    def send(self, messages):
        self._socket.sendall("".join(["".join(self._encode(m, 0)) + "\n" for m in messages]).encode("ascii"))

    def received(self):
        """What the runner sent, without waiting; None if nothing, and b"" if it has gone."""
        self._socket.settimeout(0)
        try:
            return self._socket.recv(4096)
        except (BlockingIOError, InterruptedError):
            return None
        finally:
            self._socket.settimeout(_SEND_SECONDS)

    def close(self, failed=OSError):
        try:
            if self.is_ours():
                self._socket.close()
            else:
                self._socket.detach()
        except failed:
            pass
