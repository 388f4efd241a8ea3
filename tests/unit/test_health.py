"""How often the portal looks whether it can serve."""

import asyncio

from cers_app.upkeep.health import Readiness


def test_many_probes_within_a_second_cost_one_look_and_a_later_one_sees_what_has_changed() -> None:
    seconds, parts, looks = 5.0, ["database: does not answer"], 0

    def look() -> list[str]:
        nonlocal looks
        looks += 1
        return list(parts)

    async def probed() -> list[list[str]]:
        nonlocal seconds
        readiness = Readiness(look, lambda: seconds)
        together = await asyncio.gather(*(readiness.down() for _ in range(20)))
        assert together == [["database: does not answer"]] * 20
        parts.clear()
        seconds = 5.9
        kept = await readiness.down()
        seconds = 6.0
        return [kept, await readiness.down()]

    assert asyncio.run(probed()) == [["database: does not answer"], []]
    assert looks == 2
