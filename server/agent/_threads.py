"""Threads that the program starts later, up to CPython 3.11, where a hook is set in each thread by itself.

`threading` has a place for a hook; threads of `_thread` alone do not know it, so their function is wrapped. What the
program sees of such a thread's end is kept: SystemExit is silent, and other errors go to sys.unraisablehook.
`threading` is not imported here: the program would find it in sys.modules.
"""
import sys
import _thread


def watch(engine, place, hook):
    """Sets `hook` by `place` ("settrace" or "setprofile") in new threads, and calls engine.begin_thread in raw ones."""
    original = _thread.start_new_thread

    def is_managed(function):
        threading = sys.modules.get("threading")
        if threading is None or getattr(function, "__func__", None) is not threading.Thread._bootstrap:
            return False
        if getattr(threading, "_trace_hook" if place == "settrace" else "_profile_hook", None) is None:
            getattr(threading, place)(hook)
        return True

    def start_new_thread(function, *args):
        if engine.on and callable(function) and not is_managed(function):
            function = _wrapped(function, engine)
        return original(function, *args)

    for name in ("__name__", "__qualname__", "__doc__", "__module__"):
        setattr(start_new_thread, name, getattr(original, name))
    _thread.start_new_thread = _thread.start_new = start_new_thread
    threading = sys.modules.get("threading")
    if threading is not None:  # something at the start of Python, such as a .pth file, has imported it
        threading._start_new_thread = start_new_thread


def _hook_arguments():
    """The type of what sys.unraisablehook is given, which has no public name: asked of a hook."""
    types, before = [], sys.unraisablehook

    class Raiser:
        def __del__(self):
            raise ValueError

    sys.unraisablehook = lambda arguments: types.append(type(arguments))
    try:
        Raiser()
    finally:
        sys.unraisablehook = before
    return types[0]


_HookArguments = _hook_arguments()


def _wrapped(function, engine):
    def run(*args, **kwargs):
        try:
            engine.begin_thread()
        except Exception:  # never into the program
            pass
        try:
            function(*args, **kwargs)
        except SystemExit:
            pass
        except BaseException as error:
            what = (type(error), error, error.__traceback__.tb_next, "Exception ignored in thread started by", function)
            sys.unraisablehook(_HookArguments(what))

    return run
