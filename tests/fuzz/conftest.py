"""How many broken inputs: a tenth in the fast tests, all in the slow ones."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ofer.messages import UNEXPECTED, message_for_user

SEED = 12


@pytest.fixture(params=[pytest.param(0.1, id='tenth'), pytest.param(1.0, id='all', marks=pytest.mark.slow)])
def share(request: pytest.FixtureRequest) -> float:
    """Share of the broken inputs that are tried."""
    return request.param


@pytest.fixture
def tried() -> Iterator[Callable[[Callable[[], object], str], bool]]:
    """Runs a call; True where it succeeded. An error has to be one that is meant for the user: one message, without a traceback."""
    bad: list[str] = []

    def run(call: Callable[[], object], what: str) -> bool:
        try:
            call()
        except Exception as error:
            message = message_for_user(error)
            if UNEXPECTED in message or len(message) > 3000 or not message.strip():
                bad.append(f'{what}: {message[:300]}')
            return False
        return True

    yield run
    assert not bad, f'{len(bad)} errors that are no messages:\n' + '\n'.join(bad[:20])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder."""
    return tmp_path
