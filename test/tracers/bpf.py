"""Counts CPython's embedded markers with bpftrace: the ground truth that the agent is compared with.

`line` is armed together with the function markers, because 3.11's function__entry fires only then (gh-98894).
Counting happens in the kernel's per-processor maps, so no event can be lost on the way to us.
"""
import json
import os
import shutil
import subprocess
from collections import Counter

#: Bytes of a string that bpftrace keeps; two of them and a number must fit BPF's stack of 512 bytes.
STRING = 100
_KEYS = 65536
#: Kind, the marker, and the map that counts it (`return` is a word of bpftrace's).
_MARKERS = (("entry", "function__entry", "@entry"), ("return", "function__return", "@left"), ("line", "line", "@line"))


class Failed(Exception):
    """bpftrace could not count; the message is its own."""


def _script(binary, folder):
    prefix = os.path.join(folder, "")
    return "\n".join(
        'usdt:%s:python:%s /strncmp(str(arg0), "%s", %d) == 0/ { %s[str(arg0), str(arg1), arg2] = count(); }'
        % (binary, marker, prefix, len(prefix), name)
        for _, marker, name in _MARKERS
    )


def why_not(binary, python):
    """Why markers can't be counted on this machine, as a sentence; None if they can."""
    tool = shutil.which("bpftrace")
    if tool is None:
        return "bpftrace is not installed"
    if os.geteuid() != 0:
        return "bpftrace needs root"
    # bpftrace looks the marker up in the process that it starts, so that must be the interpreter itself.
    try:
        done = subprocess.run([tool, "-e", "usdt:%s:python:line { @ = count(); }" % binary, "-c", python + " -V"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    except subprocess.TimeoutExpired:
        return "bpftrace did not attach within 60 seconds"
    if done.returncode == 0 and b"Attaching" in done.stdout:
        return None
    return "uprobes are not available: " + (done.stdout.decode("utf-8", "replace").strip().splitlines() or ["no message"])[-1]


def count(binary, command, folder, cwd):
    """Runs a command; returns {"entry"|"return"|"line": Counter of (file, function, line)} of the files in folder."""
    output = os.path.join(cwd, "bpftrace.json")
    environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1")
    # Names of up to 0.19, then those of 0.20 and up.
    environment.update(BPFTRACE_STRLEN=str(STRING), BPFTRACE_MAP_KEYS_MAX=str(_KEYS), BPFTRACE_MAX_STRLEN=str(STRING), BPFTRACE_MAX_MAP_KEYS=str(_KEYS))
    done = subprocess.run(["bpftrace", "-f", "json", "-o", output, "-e", _script(binary, folder), "-c", " ".join(command)],
                          cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=90)
    if done.returncode != 0:
        raise Failed(done.stderr.decode("utf-8", "replace").strip()[-300:])
    result = {kind: Counter() for kind, _, _ in _MARKERS}
    kinds = {name: kind for kind, _, name in _MARKERS}
    with open(output) as stream:
        for line in filter(None, map(str.strip, stream)):
            message = json.loads(line)
            if message["type"] == "lost_events":
                raise Failed("bpftrace lost events")
            if message["type"] == "map":
                for name, rows in message["data"].items():
                    if len(rows) >= _KEYS:
                        raise Failed("a map of bpftrace is full")
                    for key, n in rows.items():
                        file, function, number = key.rsplit(",", 2)
                        if max(len(file), len(function)) >= STRING - 1:
                            raise Failed("bpftrace cut a name short: " + file)
                        result[kinds[name]][file, function, int(number)] += n
    os.unlink(output)
    return result
