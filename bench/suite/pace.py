"""How often something is measured: rounds within a budget, with progress."""
import sys, time


class OutOfTime(Exception):
    """The budget is used up before anything was measured."""


class Pace:
    """The rounds of one benchmark.

    Within a round every variant has its turn once, so that whatever else the machine does meets
    all of them alike. The first `warm_up` rounds are not counted.
    """

    def __init__(self, name, runs, quick=False, end=None, show=None):
        self.name, self.runs, self.quick, self.end = name, runs, quick, end
        self.show = show or Progress()
        self.warm_up, self.done = 0, 0

    def rounds(self, warm_up=0, runs=None):
        """Yields whether a round counts; ends early, after a counted one, when time is up."""
        self.warm_up, self.done = warm_up, 0
        runs = runs or self.runs
        longest = 0
        for number in range(warm_up + runs):
            start = time.monotonic()
            if self.end and start >= self.end and self.done == 0 and number == 0:
                raise OutOfTime
            if self.end and self.done and start + longest > self.end:
                return
            self.show.round(self.name, number + 1, warm_up + runs)
            yield number >= warm_up
            self.done += number >= warm_up
            longest = max(longest, time.monotonic() - start)

    @property
    def is_over(self):
        """Whether the time is up."""
        return bool(self.end) and time.monotonic() >= self.end

    def step(self, words):
        """Says what is being done."""
        self.show.step(words)


class Progress:
    """One line on a terminal, a line every ten seconds elsewhere; nothing when `quiet`."""

    def __init__(self, quiet=False, end=None):
        self.quiet, self.end, self.head = quiet, end, ""
        self.told = 0
        self.terminal = sys.stderr.isatty()

    def round(self, name, number, count):
        left = f", {max(0, self.end - time.monotonic()) / 60:.1f} min left" if self.end else ""
        self.head = f"{name}: round {number} of {count}{left}"
        self.step("")

    def step(self, words):
        if self.quiet:
            return
        if self.terminal:
            print(f"\r\033[K{self.head} {words}"[:200], end="", file=sys.stderr, flush=True)
        elif time.monotonic() - self.told > 10:
            print(f"{self.head} {words}".rstrip(), file=sys.stderr, flush=True)
            self.told = time.monotonic()

    def clear(self):
        if self.terminal and not self.quiet:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
