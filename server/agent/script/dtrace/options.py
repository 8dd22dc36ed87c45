"""The options that setopt() may change while a script runs, and how their values are read."""
import re

_FLAGS = ("quiet", "aggsortkey", "aggsortrev", "flowindent", "agghist", "aggpack", "aggzoom", "rawbytes")
_NUMBERS = ("aggsortkeypos", "aggsortpos", "nspec", "stackframes", "ustackframes", "jstackframes", "stackindent")
_RATES = ("aggrate", "switchrate", "cleanrate", "statusrate")
#: Options that exist, and can't be changed any more.
_FIXED = ("bufsize", "aggsize", "specsize", "strsize", "dynvarsize", "scratchsize", "bufpolicy", "bufresize", "maxframes",
          "destructive", "grabanon", "temporal", "jstackstrsize", "bpflogsize", "noresolve")
_UNITS = {"ns": 1, "nsec": 1, "us": 10 ** 3, "usec": 10 ** 3, "ms": 10 ** 6, "msec": 10 ** 6, "s": 10 ** 9, "sec": 10 ** 9,
          "m": 60 * 10 ** 9, "min": 60 * 10 ** 9, "h": 3600 * 10 ** 9, "hour": 3600 * 10 ** 9, "d": 86400 * 10 ** 9,
          "day": 86400 * 10 ** 9}


def change(options, name, value):
    """Sets one option; a few words of DTrace's if that is not possible, else None."""
    if name in _FLAGS:
        known = {"": True, "1": True, "true": True, "set": True, "0": False, "false": False, "unset": False}
        if value not in known:
            return "Invalid value for specified option"
        options[name] = known[value]
    elif name in _NUMBERS:
        if not re.match(r"\d+\Z", value):
            return "Invalid value for specified option"
        options[name] = int(value)
    elif name in _RATES:
        match = re.match(r"(\d+)([a-z]*)\Z", value)
        if not match or match.group(2) not in _UNITS and match.group(2) not in ("", "hz") or not int(match.group(1)):
            return "Invalid value for specified option"
        count, unit = int(match.group(1)), match.group(2)
        options[name] = count * _UNITS[unit] if unit in _UNITS else 10 ** 9 // count
    elif name in _FIXED:
        return "Operation illegal when tracing is active"
    else:
        return "Invalid option name"
    return None
