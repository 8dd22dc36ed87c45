"""The connection to the runner, and the thread that sends deltas over it.

The thread is one that `threading` does not know, so that the program sees the threads that it made. It is gone, for
the operating system too, while the process forks: 3.12 and up warn about forking with threads. Only what is read from
growing counters is sent, so a slow runner costs no memory. When the runner has gone, the channel is silent.
"""
import os
import time
import _signal
import _thread

import _cpython_probes_wire as _wire


def _threads():
    """How many threads the operating system sees, or 1 where it can't be asked."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return 1


class Channel:
    def __init__(self, config, engine_name, messages, stop):
        self._config, self._engine, self._messages, self._stop = config, engine_name, messages, stop
        self._wire = None
        self._lock = _thread.RLock()  # one sender at a time, and never within its own sending
        self._afterwards = None
        self._wake = _thread.allocate_lock()  # held while the thread should sleep
        self._running = False
        self._done = None
        self._notes = []
        #: Called by the thread before each send.
        self.at_turn = None

    def note(self, severity, code, message, hint=None):
        line = {"t": "note", "severity": severity, "code": code, "message": message}
        if hint:
            line["hint"] = hint
        self._notes.append(line)

    def open(self):
        """Connects and says hello; False if there is no runner."""
        wire = None
        try:
            wire = _wire.Wire(self._config["address"])
            wire.greet(self._config["token"], self._engine)
        except OSError:
            if wire is not None:
                wire.close()
            return False
        self._wire = wire
        return True

    def drop(self):
        """Closes this process's end without a word: after fork, or when the runner has gone."""
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.close()

    def when_sent(self, action):
        """Runs the action, after what this thread is sending when a signal interrupts it."""
        if self._lock._is_owned():
            self._afterwards = action
        else:
            action()

    def flush(self, last=False):
        """Sends what there is now. Never raises, and gives up at once if this thread is already sending."""
        if self._wire is None or self._lock._is_owned() or not self._lock.acquire(True, 2):
            return
        try:
            again = not self._wire.is_ours()
            if again:
                self.drop()
                if not self.open():
                    return
            notes, self._notes = self._notes, []
            messages = notes + self._messages(again)
            if last:
                messages.append({"t": "bye"})
            if messages:
                self._wire.send(messages)
            if last:
                self.drop()
        except Exception:
            self.drop()
        finally:
            self._lock.release()
        if self._afterwards is not None:
            self._afterwards()

    def start_thread(self):
        if self._wire is None or self._running:
            return
        self._running = True
        self._wake = _thread.allocate_lock()
        self._wake.acquire()
        self._done = _thread.allocate_lock()
        self._done.acquire()
        # The thread is born with all signals blocked: they are the program's, which may wait for them by sigwait.
        mask = getattr(_signal, "pthread_sigmask", None)
        before = mask and mask(_signal.SIG_BLOCK, _signal.valid_signals())
        try:
            _START(self._run, (self._wake, self._done))
        except RuntimeError:  # no more threads may be started
            self._running = False
        finally:
            if mask:
                mask(_signal.SIG_SETMASK, before)

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
                if self.at_turn is not None:
                    self.at_turn()
                self.flush()
                if self._wire is None:
                    return
        except Exception:
            pass
        finally:
            self._running = False
            done.release()

    def _asked_to_stop(self):
        """Reads the runner's commands. The lock keeps senders away meanwhile."""
        if not self._lock.acquire(False):
            return False
        try:
            if self._wire is None or not self._wire.is_ours():
                return False
            data = self._wire.received()
            return data is not None and (not data or b'"stop"' in data)
        except OSError:
            return True
        finally:
            self._lock.release()


#: Kept from before anything wraps it.
_START = _thread.start_new_thread
