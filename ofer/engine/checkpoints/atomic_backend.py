"""File backend that replaces files atomically: a run killed during writing leaves the old file intact."""

import errno
import os
from pathlib import Path

from mmengine.fileio import LocalBackend, register_backend


class AtomicBackend(LocalBackend):
    """mmengine's local backend, but it first writes a temporary file in the folder. Selected by ``backend_args=dict(backend='atomic')``."""

    def put(self, obj: bytes, filepath: str | Path) -> None:
        """Write ``obj`` to ``filepath``; other processes see either the old or the new content.

        Raises:
            OSError: it could not be written, e.g. because the disk is full; the old file is unchanged.
        """
        path = Path(filepath)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f'.{path.name}.{os.getpid()}.tmp')
        try:
            with open(temporary, 'wb') as file:
                file.write(obj)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except OSError as error:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            advice = ' Free some space; a training continues from its last checkpoint with --resume.' if full else ''
            raise OSError(
                f'{path}: could not be written: {error.strerror or error}. What was there before is untouched.{advice}'
            ) from error
        finally:
            temporary.unlink(missing_ok=True)

    def put_text(self, obj: str, filepath: str | Path, encoding: str = 'utf-8') -> None:
        """:meth:`put` of a text."""
        self.put(obj.encode(encoding), filepath)


register_backend('atomic', AtomicBackend, force=True)
