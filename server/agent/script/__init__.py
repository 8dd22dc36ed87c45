"""Runs compiled trace scripts inside the target: probes, values, and what a consumer of DTrace or SystemTap would print."""
