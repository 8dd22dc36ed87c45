"""The runner's side for the agent's tests: runs a command with the agent, and sums what every process sent."""
import json
import os
import socket
import subprocess
import tempfile
import threading
from collections import Counter

AGENT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "server", "agent"))
SITE = os.path.join(AGENT, "site")


def collect(command, include, env=None, seconds=60, cwd=None, stdin=b"", **options):
    """Runs `command`; returns (CompletedProcess, {"lines": Counter, "calls": Counter, "returns": Counter, "hellos": [...], "notes": [...]})."""
    folder = tempfile.mkdtemp(prefix="cpp-")
    address = os.path.join(folder, "s")
    server = socket.socket(socket.AF_UNIX)
    server.bind(address)
    server.listen(64)
    result = {"lines": Counter(), "calls": Counter(), "returns": Counter(), "time": Counter(), "hellos": [], "notes": [], "byes": 0}
    readers = []

    def read(connection):
        files, codes = {}, {}
        with connection, connection.makefile("r", encoding="utf-8") as stream:
            for line in stream:
                message = json.loads(line)
                kind = message["t"]
                if kind == "hello":
                    assert message["token"] == "t"
                    result["hellos"].append(message)
                    try:
                        connection.sendall(b'{"t":"go"}\n')
                    except OSError:  # killed since then
                        return
                elif kind == "file":
                    files[message["id"]] = message["path"]
                elif kind == "code":
                    codes[message["id"]] = (files[message["file"]], message["name"], message["line"])
                elif kind == "note":
                    result["notes"].append(message)
                elif kind == "bye":
                    result["byes"] += 1
                elif kind == "hits":
                    flat = message["lines"]
                    for i in range(0, len(flat), 2):
                        pairs = flat[i + 1]
                        for j in range(0, len(pairs), 2):
                            result["lines"][files[flat[i]], pairs[j]] += pairs[j + 1]
                    flat = message["calls"]
                    for i in range(0, len(flat), 3):
                        result["calls"][codes[flat[i]]] += flat[i + 1]
                        result["returns"][codes[flat[i]]] += flat[i + 2]
                    flat = message.get("time", [])
                    for i in range(0, len(flat), 3):
                        result["time"][codes[flat[i]]] += flat[i + 1]

    def read_until_reset(connection):
        try:
            read(connection)
        except ConnectionResetError:  # a process that was killed before it read our answer
            pass

    def accept():
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            reader = threading.Thread(target=read_until_reset, args=(connection,), daemon=True)
            readers.append(reader)
            reader.start()

    threading.Thread(target=accept, daemon=True).start()
    environment = dict(os.environ if env is None else env)
    before = environment.get("PYTHONPATH")
    environment["PYTHONPATH"] = SITE + (os.pathsep + before if before else "")
    config = {"address": address, "token": "t", "include": include, "exclude": [], "lines": True, "functions": True,
              "time": False, "engine": "auto", "flushMs": 200}
    config.update(options)
    environment["CPYTHON_PROBES_AGENT"] = json.dumps(config)
    try:
        done = subprocess.run(command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, input=stdin, timeout=seconds)
        for reader in list(readers):
            reader.join(5)
        return done, result
    finally:
        server.close()
        os.unlink(address)
        os.rmdir(folder)
