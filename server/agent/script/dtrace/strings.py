"""D's string and address subroutines on byte strings, as DTrace's manual and its compiler define them.

`limit` is the option strsize: results are cut there, as the buffers of the real ones are.
"""
import ipaddress
import os.path
import socket

from ..faults import BADADDR, Fault


def basename(path):
    """The last component; trailing slashes do not count; `/` for slashes alone, `.` for an empty path."""
    if not path:
        return b"."
    stripped = path.rstrip(b"/")
    return stripped[stripped.rfind(b"/") + 1 :] if stripped else b"/"


def dirname(path):
    stripped = path.rstrip(b"/")
    if not stripped:
        return b"/" if path else b"."
    cut = stripped.rfind(b"/")
    if cut < 0:
        return b"."
    return stripped[:cut].rstrip(b"/") or b"/"


def cleanpath(path):
    """Without `.`, empty and `..` components, where there is something for `..` to take away; `.` if nothing is left."""
    if not path:
        return b""
    rooted = path.startswith(b"/")
    out = []
    for part in path.split(b"/"):
        if part in (b"", b"."):
            continue
        if part == b"..":
            if out and out[-1] != b"..":
                out.pop()
                continue
            if rooted:
                continue
        out.append(part)
    cleaned = b"/".join(out)
    return b"/" + cleaned if rooted else cleaned or b"."


def strjoin(a, b, limit):
    return (a + b)[: limit - 1]


def strlen(text):
    return len(text)


def strchr(text, character):
    """The tail from the first occurrence, or None."""
    at = text.find(bytes((character & 0xFF,)))
    if character & 0xFF == 0:
        return b""
    return None if at < 0 else text[at:]


def strrchr(text, character):
    if character & 0xFF == 0:
        return b""
    at = text.rfind(bytes((character & 0xFF,)))
    return None if at < 0 else text[at:]


def strstr(text, part):
    at = text.find(part)
    return None if at < 0 else text[at:]


def index(text, part, start=0):
    """Where the part first begins, from `start` on; -1 if nowhere."""
    if start < 0:
        start = 0
    if start > len(text):
        return len(text) if not part and start == len(text) else -1
    return text.find(part, start)


def rindex(text, part, start=None):
    """Where the part last begins, at `start` or before; -1 if nowhere."""
    if start is None or start > len(text):
        start = len(text)
    if start < 0:
        return 0 if not part else -1
    return text.rfind(part, 0, start + len(part))


def substr(text, start, count=None):
    """`substr` of D: a negative start counts from the end, a negative count leaves that many out there."""
    size = len(text)
    if start < 0:
        start += size
        if start < 0 and count is not None and count >= 0:
            count += start
            if count < 0:
                return b""
        if start < 0:
            start = 0
    if start > size:
        return b""
    if count is None:
        return text[start:]
    if count < 0:
        return text[start : max(start, size + count)]
    return text[start : start + count]


def strtok_next(state, text, separators):
    """(token or None, the rest). `text` None goes on with `state`."""
    rest = state if text is None else text
    if rest is None:
        return None, None
    rest = rest.lstrip(separators) if separators else rest
    if not rest:
        return None, None
    for position, each in enumerate(rest):
        if each in separators:
            return rest[:position], rest[position + 1 :]
    return rest, b""


def lltostr(value, base=10):
    if base < 2 or base > 36:
        return b""
    if base == 10:
        return b"%d" % value
    value &= (1 << 64) - 1
    if not value:
        return b"0x0" if base == 16 else b"0"
    digits = []
    while value:
        digits.append(b"0123456789abcdefghijklmnopqrstuvwxyz"[value % base])
        value //= base
    text = bytes(reversed(digits))
    return (b"0x" if base == 16 else b"0" if base == 8 else b"") + text


def strtoll(text, base=10):
    """C's strtoll, within 64 bits, without an end pointer."""
    text = text.lstrip(b" \t\n\v\f\r")
    sign = 1
    if text[:1] in (b"+", b"-"):
        sign = -1 if text[:1] == b"-" else 1
        text = text[1:]
    if base == 16 and text[:2] in (b"0x", b"0X"):
        text = text[2:]
    value = 0
    for each in text:
        digit = int(bytes((each,)), 36) if bytes((each,)).isalnum() else 99
        if digit >= base:
            break
        value = value * base + digit
    value *= sign
    return max(-(1 << 63), min((1 << 63) - 1, value))


def swap(value, size):
    """Network byte order on a little-endian machine, and back."""
    return int.from_bytes((value & ((1 << (8 * size)) - 1)).to_bytes(size, "little"), "big")


def inet_ntoa(data):
    return b".".join(b"%d" % each for each in data)


def inet_ntop(family, data):
    if family == socket.AF_INET:
        return inet_ntoa(data[:4])
    if family == socket.AF_INET6:
        return inet_ntoa6(data)
    raise Fault(BADADDR, 0)


def inet_ntoa6(data):
    """The shortest form; v4-compatible and -mapped ones with dots."""
    address = ipaddress.IPv6Address(data)
    if data[:12] in (b"\0" * 12, b"\0" * 10 + b"\xff\xff") and data[12:] != b"\0\0\0\0" and data[12:] != b"\0\0\0\1":
        return (b"::ffff:" if data[10] else b"::") + inet_ntoa(data[12:])
    return str(address).encode()


def execname():
    """What the kernel calls this process: at most 15 bytes."""
    try:
        with open("/proc/self/comm", "rb") as stream:
            return stream.read().rstrip(b"\n")
    except OSError:
        import sys

        return os.path.basename(sys.executable or "").encode()[:15]
