"""What is printed, and whether every goal was met."""

import sys
import time
from dataclasses import dataclass, field


@dataclass
class Report:
    """Prints figures as they come and remembers the goals that were missed."""

    missed: list[str] = field(default_factory=list)

    def title(self, words: str) -> None:
        """Begin a bench."""
        self.say(f"\n{words}")

    def machine(self) -> None:
        """How fast the machine is at this moment: on shared cores that changes by half, and every rate with it."""
        times = []
        for _ in range(5):
            began = time.perf_counter()
            sum(number * number for number in range(1_000_000))
            times.append((time.perf_counter() - began) * 1000)
        self.say(f"  (a million steps of Python: {min(times):.0f} to {max(times):.0f} ms)")

    def say(self, words: str) -> None:
        """A line."""
        sys.stdout.write(f"{words}\n")
        sys.stdout.flush()

    def figure(self, name: str, value: str, *, met: bool | None = None, goal: str = "") -> None:
        """A figure; `met` is empty where there is no goal, or where the samples are too few to tell."""
        verdict = {None: "", True: f"goal met ({goal})", False: f"goal missed ({goal})"}[met]
        if met is None and goal:
            verdict = f"undecided ({goal})"
        self.say(f"  {name:<46} {value:<26} {verdict}".rstrip())
        if met is False:
            self.missed.append(name)
