"""Who came first goes first, and only so many at once."""

import threading
import time

from marketplace.kit.queueing import Queue


def test_a_few_at_once_in_the_order_in_which_they_came() -> None:
    queue, order, inside, most = Queue(2), list[int](), set[int](), [0]
    doors = [threading.Event() for _number in range(6)]

    def visit(number: int) -> None:
        with queue.entered():
            order.append(number)
            inside.add(number)
            most[0] = max(most[0], len(inside))
            doors[number].wait(10)
            inside.discard(number)

    visitors = [threading.Thread(target=visit, args=(number,)) for number in range(6)]
    for place, visitor in enumerate(visitors):
        visitor.start()
        while len(order) + len(queue._waiting) <= place:
            time.sleep(0.001)
    for place, visitor in enumerate(visitors):
        doors[place].set()
        visitor.join(10)
        while len(order) < min(place + 3, 6):
            time.sleep(0.001)
    assert order == list(range(6))
    assert most == [2]


def test_a_place_is_free_again_after_a_failure() -> None:
    queue = Queue(1)
    for _time in range(2):
        try:
            with queue.entered():
                raise ValueError
        except ValueError:
            continue
    with queue.entered():
        assert True
