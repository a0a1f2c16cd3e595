import random
from contextlib import suppress

import numpy as np
import torch

from ofer.engine.resuming.randomness import drawn_from, seed_process


def draws() -> list[float]:
    return [random.random(), float(np.random.rand()), float(torch.rand(()))]  # noqa: NPY002


def test_a_key_gives_its_draws_wherever_it_comes() -> None:
    seed_process(0, 1, 2)
    first = draws()
    torch.rand(5)
    with drawn_from(0, 1, 2):
        assert draws() == first
    with drawn_from(0, 2, 1):
        assert not set(draws()) & set(first)


def test_what_is_drawn_inside_is_not_noticed_outside() -> None:
    seed_process(7)
    expected = draws(), draws()
    seed_process(7)
    first = draws()
    with suppress(ZeroDivisionError), drawn_from(3):
        draws()
        raise ZeroDivisionError
    assert (first, draws()) == expected
