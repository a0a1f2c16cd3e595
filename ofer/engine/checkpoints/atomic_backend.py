"""File backend that replaces a file in one go: a run killed while it writes leaves what was there whole."""

import errno
import os
from pathlib import Path

from mmengine.fileio import LocalBackend, register_backend


class AtomicBackend(LocalBackend):
    """mmengine's local backend, writing to a temporary neighbour first. Chosen by ``backend_args=dict(backend='atomic')``."""

    def put(self, obj: bytes, filepath: str | Path) -> None:
        """Write ``obj`` to ``filepath``; other processes see the old content or the new, nothing between.

        Raises:
            OSError: it could not be written, for instance because the disk is full; what was there before is untouched.
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
            advice = ' Free some space; a training then goes on from its last checkpoint with --resume.' if full else ''
            raise OSError(
                f'{path}: could not be written: {error.strerror or error}. What was there before is untouched.{advice}'
            ) from error
        finally:
            temporary.unlink(missing_ok=True)

    def put_text(self, obj: str, filepath: str | Path, encoding: str = 'utf-8') -> None:
        """:meth:`put` of a text."""
        self.put(obj.encode(encoding), filepath)


register_backend('atomic', AtomicBackend, force=True)
