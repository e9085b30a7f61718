"""Holds a build to the limits on its counts. None is on a time, so that a busy machine misses none."""
import time

from . import limits, results, running
from .pace import Pace, Progress
from .work import Missing

# What has gates and is done in seconds; the tests hold more, and `run` all.
QUICK = ["counts", "canary", "overhead"]


def hold(options):
    """Measures, and tells each gate; 1 where one is missed or could not be measured."""
    show, failures = Progress(options.quiet), 0
    for name in options.names or QUICK:
        began, recorder = time.monotonic(), results.Recorder(name)
        try:
            running.EVERY[name][0](recorder, Pace(name, 1, quick=True, show=show))
        except Missing as reason:
            show.clear()
            print(f"SKIPPED  {name}: {reason}", flush=True)
            continue
        except Exception as error:  # what breaks must not hide what the others miss
            show.clear()
            print(f"FAILED   {name}: {error or type(error).__name__}", flush=True)
            failures += 1
            continue
        show.clear()
        gated = [row for row in recorder.finished() if row.get("goal", {}).get("gate")]
        failures += sum(told(row) for row in gated)
        print(f"         {name}: {len(gated)} gates in {time.monotonic() - began:.0f} s", flush=True)
    print(f"{failures} gates missed or failed" if failures else "no gate missed")
    return 1 if failures else 0


def told(row):
    """Prints a gate; whether it is missed."""
    missed = not results.met(row)
    at = f", {row['at']:,} {row['axis']}" if "at" in row else ""
    print(f"{'MISSED' if missed else 'ok':8} {row['benchmark']}: {row['work']}{at}: {row['quantity']}: "
          f"{row['summary']['maximum']:g}, limit {row['goal']['bound']:g}", flush=True)
    if missed:
        gate = limits.find(row["benchmark"], row["work"], row["quantity"])
        print(f"         {gate['reason']}", flush=True)
    return missed
