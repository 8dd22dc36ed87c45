"""The socket to the runner, and the thread that sends deltas over it.

The thread is one that `threading` does not know, so that the program sees the threads that it made. It is gone, for
the operating system too, while the process forks: 3.12 and up warn about forking with threads. Only what is read from
growing counters is sent, so a slow runner costs no memory. When the runner has gone, the channel is silent. The C
modules below `socket` and `json` are used, so that the program does not find those two imported.
"""
import os
import sys
import time
import _json
import _socket
import _thread

_CONNECT_SECONDS = 5
_SEND_SECONDS = 20


def _threads():
    """How many threads the operating system sees, or 1 where it can't be asked."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return 1


def _refuse(value):
    raise TypeError(type(value))


def _encoder():
    """A JSON encoder of C parts alone: the last send happens when the globals of modules are gone."""
    quote = _json.encode_basestring_ascii
    return _json.make_encoder(None, _refuse, quote, None, ":", ",", False, False, True)


class Channel:
    def __init__(self, config, engine_name, messages, stop):
        self._config, self._engine, self._messages, self._stop = config, engine_name, messages, stop
        self._socket = None
        self._lock = _thread.allocate_lock()  # one sender at a time
        self._wake = _thread.allocate_lock()  # held while the thread should sleep
        self._running = False
        self._done = None
        self._notes = []
        self._encode = _encoder()

    def note(self, severity, code, message, hint=None):
        line = {"t": "note", "severity": severity, "code": code, "message": message}
        if hint:
            line["hint"] = hint
        self._notes.append(line)

    def open(self):
        """Connects and says hello; False if there is no runner."""
        address = self._config["address"]
        try:
            unix = isinstance(address, str)
            self._socket = _socket.socket(_socket.AF_UNIX if unix else _socket.AF_INET, _socket.SOCK_STREAM)
            self._socket.settimeout(_CONNECT_SECONDS)
            self._socket.connect(address if unix else tuple(address))
            version = "%d.%d.%d" % sys.version_info[:3]
            self._write([{"t": "hello", "token": self._config["token"], "pid": os.getpid(), "ppid": os.getppid(),
                          "version": version, "executable": sys.executable, "argv": list(getattr(sys, "argv", [])),
                          "engine": self._engine}])
            if b'"go"' not in self._socket.recv(256):
                raise OSError("refused")
            self._socket.settimeout(_SEND_SECONDS)
            return True
        except OSError:
            self.drop()
            return False

    def drop(self):
        """Closes this process's end without a word: after fork, or when the runner has gone."""
        if self._socket is not None:
            try:
                self._socket.close()
            except OSError:
                pass
            self._socket = None

    def _write(self, messages):
        data = "".join(["".join(self._encode(m, 0)) + "\n" for m in messages])
        self._socket.sendall(data.encode("ascii"))

    def flush(self, last=False):
        """Sends what there is now. Never raises, and gives up at once if this thread is already sending."""
        if self._socket is None or not self._lock.acquire(True, 2):
            return
        try:
            notes, self._notes = self._notes, []
            messages = notes + self._messages()
            if last:
                messages.append({"t": "bye"})
            if messages:
                self._write(messages)
            if last:
                self.drop()
        except Exception:
            self.drop()
        finally:
            self._lock.release()

    def start_thread(self):
        if self._socket is None or self._running:
            return
        self._running = True
        self._wake = _thread.allocate_lock()
        self._wake.acquire()
        self._done = _thread.allocate_lock()
        self._done.acquire()
        try:
            _START(self._run, (self._wake, self._done))
        except RuntimeError:  # no more threads may be started
            self._running = False

    def stop_thread(self):
        """Ends the thread and waits until the operating system has forgotten it."""
        if not self._running:
            return
        before = _threads()
        self._running = False
        self._wake.release()
        if self._done.acquire(True, 2):
            until = time.monotonic() + 0.2
            while _threads() >= before and time.monotonic() < until:
                time.sleep(0.0002)

    def _run(self, wake, done):
        try:
            pause = self._config.get("flushMs", 200) / 1000
            while not wake.acquire(True, pause):
                if self._asked_to_stop():
                    self._stop()
                    return
                self.flush()
                if self._socket is None:
                    return
        except Exception:
            pass
        finally:
            self._running = False
            done.release()

    def _asked_to_stop(self):
        """Reads the runner's commands, without waiting and on every system: the lock keeps senders away meanwhile."""
        if not self._lock.acquire(False):
            return False
        try:
            if self._socket is None:
                return False
            self._socket.settimeout(0)
            try:
                data = self._socket.recv(4096)
            finally:
                self._socket.settimeout(_SEND_SECONDS)
            return not data or b'"stop"' in data
        except (BlockingIOError, InterruptedError):
            return False
        except OSError:
            return True
        finally:
            self._lock.release()


#: Kept from before anything wraps it.
_START = _thread.start_new_thread
