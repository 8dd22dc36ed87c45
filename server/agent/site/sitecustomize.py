"""Arms the agent before the program's first line.

The runner puts this folder first on PYTHONPATH, so that `site` imports this module; children of the target inherit
it. It takes its folder out of sys.path again, runs the sitecustomize that it shadows, and never raises on its own.
"""
import os
import sys

_here = os.path.dirname(os.path.abspath(__file__))


def _arm():
    agent = os.path.dirname(_here)
    import importlib.util

    spec = importlib.util.spec_from_file_location(
        "_cpython_probes_agent", os.path.join(agent, "_agent.py")
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules["_cpython_probes_agent"] = module
    spec.loader.exec_module(module)
    module.arm()


def _shadowed():
    """Runs the sitecustomize that this one shadows; its errors are the program's own."""
    ours = sys.modules.pop("sitecustomize", None)
    try:
        import sitecustomize  # noqa: F401
    except ImportError as error:
        if error.name != "sitecustomize":
            raise
    finally:
        # The import that is running now wants to find a module under this name when it ends.
        sys.modules.setdefault("sitecustomize", ours)


sys.path[:] = [p for p in sys.path if os.path.abspath(p or ".") != _here]
try:
    if os.environ.get("CPYTHON_PROBES_AGENT") and sys.version_info >= (3, 8):
        _arm()
except Exception:  # the program must run as if we were not there
    pass
_shadowed()
