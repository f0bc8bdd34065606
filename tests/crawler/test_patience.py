"""The time limit of an answer: what is not the website's does not count."""

import asyncio
import time
from collections.abc import Callable, Coroutine

import pytest
import uvloop

from crawler.spiders.patience import BEAT, Patience, Wait

LIMIT = 2 * BEAT
LOOPS = pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop])
Loop = Callable[[], asyncio.AbstractEventLoop]
Answer = Callable[[Patience], Coroutine[None, None, None]]


def run(loop: Loop, answer: Answer) -> Wait:
    async def waited() -> Wait:
        patience = Patience()
        async with patience.wait(LIMIT) as wait:
            await answer(patience)
        return wait

    with asyncio.Runner(loop_factory=loop) as runner:
        return runner.run(waited())


async def in_two_steps(_: Patience) -> None:
    for _step in range(2):
        await asyncio.sleep(LIMIT / 4)


async def never(_: Patience) -> None:
    await asyncio.Event().wait()


def while_a_page_is_read(answer: Answer) -> Answer:
    async def answering(patience: Patience) -> None:
        asyncio.get_running_loop().call_later(LIMIT / 8, time.sleep, 2 * LIMIT)
        await answer(patience)

    return answering


@LOOPS
def test_an_answer_that_came_while_this_thread_was_busy_is_not_late(loop: Loop) -> None:
    wait = run(loop, while_a_page_is_read(in_two_steps))

    assert wait.unheard >= LIMIT


@LOOPS
@pytest.mark.parametrize("answer", [never, while_a_page_is_read(never)], ids=["listening", "busy"])
def test_who_never_answers_is_not_waited_for(loop: Loop, answer: Answer) -> None:
    with pytest.raises(TimeoutError):
        run(loop, answer)


@LOOPS
def test_what_waits_for_our_own_turn_is_not_late(loop: Loop) -> None:
    async def in_its_turn(patience: Patience) -> None:
        async with patience.mine.set_aside():
            await asyncio.sleep(2 * LIMIT)

    assert run(loop, in_its_turn).unheard >= LIMIT


@LOOPS
def test_after_its_turn_it_has_only_what_was_left_of_its_time(loop: Loop) -> None:
    async def in_its_turn_and_then_never(patience: Patience) -> None:
        async with patience.mine.set_aside():
            await asyncio.sleep(LIMIT)
        await never(patience)

    with pytest.raises(TimeoutError):
        run(loop, in_its_turn_and_then_never)


@LOOPS
def test_each_answer_has_a_limit_of_its_own(loop: Loop) -> None:
    async def beside_one_that_never_comes(patience: Patience) -> None:
        async def other() -> None:
            async with patience.wait(LIMIT / 4):
                await never(patience)

        with pytest.raises(TimeoutError):
            await asyncio.create_task(other())

    run(loop, beside_one_that_never_comes)
