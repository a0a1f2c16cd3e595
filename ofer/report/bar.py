"""The progress bar of a report, with the time left."""

import sys
from collections.abc import Callable

from tqdm import tqdm

from ofer.report.measuring import Done


def progress_bar(total: int) -> Callable[[Done], None]:
    """A bar for this many answers; silent unless a person watches."""
    bar = tqdm(total=total, unit=' answers', disable=not sys.stderr.isatty(), dynamic_ncols=True)

    def show(done: Done) -> None:
        bar.update(done.answers + done.skipped)

    return show
