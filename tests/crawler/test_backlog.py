"""What a crawl has seen is handed over as fast as it is taken, and nobody is forgotten."""

import asyncio
import threading

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.backlog import MOST_ITEMS, Backlog


@settings(max_examples=15, deadline=None)
@given(tasks=st.integers(1, 40), each=st.integers(1, 60), stop_after=st.none() | st.integers(0, 600))
def test_all_that_is_put_in_comes_out_whoever_had_to_wait(
    tasks: int, each: int, stop_after: int | None
) -> None:
    backlog: Backlog[int | None] = Backlog()
    taken: list[int] = []

    def take() -> None:
        while (item := backlog.take()) is not None:
            taken.append(item)
            if len(taken) == stop_after:
                return backlog.close()
        return None

    async def put(first: int) -> None:
        for number in range(first, first + each):
            await backlog.put(number)

    async def fill() -> None:
        await asyncio.wait_for(asyncio.gather(*(put(each * task) for task in range(tasks))), timeout=20)

    reader = threading.Thread(target=take)
    reader.start()
    asyncio.run(fill())
    backlog.put_now(None)
    reader.join(20)

    assert not reader.is_alive()
    if stop_after is None or stop_after > tasks * each:
        assert sorted(taken) == list(range(tasks * each))


def test_who_waits_does_not_look_again_and_again() -> None:
    backlog: Backlog[int] = Backlog()
    turns = 0

    async def fill() -> None:
        nonlocal turns
        for number in range(MOST_ITEMS):
            await backlog.put(number)
        waiting = [asyncio.create_task(backlog.put(number)) for number in range(100)]
        loop = asyncio.get_running_loop()
        create = loop.create_future

        def counted() -> asyncio.Future[None]:
            nonlocal turns
            turns += 1
            return create()

        loop.create_future = counted  # type: ignore[method-assign]
        await asyncio.sleep(0.2)
        for _ in range(100):
            backlog.take()
        await asyncio.gather(*waiting)

    asyncio.run(fill())

    assert turns <= 110
