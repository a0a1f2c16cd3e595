import resource
from collections.abc import Iterator

import pytest

from ofer.engine.processes.open_files import MOST, allow_open_files
from ofer.engine.runner import Runner


@pytest.fixture
def few() -> Iterator[int]:
    """This process may open few files; what the system allows it."""
    now, allowed = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (500, allowed))
    yield MOST if allowed == resource.RLIM_INFINITY else min(allowed, MOST)
    resource.setrlimit(resource.RLIMIT_NOFILE, (now, allowed))


def test_the_limit_rises_and_is_never_lowered(few: int) -> None:
    allow_open_files()
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == few
    allow_open_files()
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == few


def test_loaders_with_workers_raise_it(few: int) -> None:
    loader = dict(dataset=[1, 2], batch_size=1, sampler=dict(type='DefaultSampler', shuffle=False))
    Runner.build_dataloader(dict(loader, num_workers=0))
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 500
    Runner.build_dataloader(dict(loader, num_workers=1))
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == few
