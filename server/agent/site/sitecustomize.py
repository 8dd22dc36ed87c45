"""Arms the agent before the program's first line.

The runner puts this folder first on PYTHONPATH, so that `site` imports this module; children of the target inherit
it. It takes its folder out of sys.path again, runs the sitecustomize that it shadows, and never raises on its own.
"""
import sys

_before = set(sys.modules)
import os  # noqa: E402

_here = os.path.dirname(os.path.abspath(__file__))


def _arm():
    from _frozen_importlib import module_from_spec
    from _frozen_importlib_external import spec_from_file_location

    file = os.path.join(os.path.dirname(_here), "_agent.py")
    spec = spec_from_file_location("_cpython_probes_agent", file)
    module = module_from_spec(spec)
    sys.modules["sitecustomize"].agent = module  # alive until the agent is
    spec.loader.exec_module(module)
    module.BEFORE = _before
    module.arm()


sys.path[:] = [p for p in sys.path if os.path.abspath(p or ".") != _here]
for _each in [p for p in sys.path_importer_cache if os.path.abspath(p or ".") == _here]:
    del sys.path_importer_cache[_each]
try:
    if os.environ.get("CPYTHON_PROBES_AGENT") and sys.version_info >= (3, 8):
        _arm()
except Exception:  # the program must run as if we were not there
    pass
# The sitecustomize that this one shadows: its errors are the program's own, and where there is none, `site` takes the
# ImportError for what it would have got without us.
del sys.modules["sitecustomize"]
import sitecustomize  # noqa: E402, F401
