"""The inferencer as a function from batches of columns to tables, as Ray Data's ``map_batches`` calls it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ofer.apis.inferencer import FERInferencer
from ofer.inference.face_result import FaceResult
from ofer.inference.parquet import table_of
from ofer.inference.sources import Reading
from ofer.inference.tables import full_row

if TYPE_CHECKING:
    import pyarrow


class FaceMapper:
    """Adds nothing to the inferencer but the form of its arguments; each worker of Ray builds one.

    ``dataset.map_batches(FaceMapper, fn_constructor_kwargs=dict(backend='onnx'), batch_size=64)``

    Args:
        schema: of the columns, see :mod:`ofer.inference.schemas`; None: our own.
        options: arguments of :class:`ofer.FERInferencer`.

    >>> FaceMapper(detector=None, landmarks=None)({'path': np.array(['none.jpg'])}).column('status').to_pylist()
    ['unreadable']
    """

    def __init__(self, schema: str | None = None, **options: Any) -> None:
        self.inferencer, self.schema = FERInferencer(**options), schema
        self.types = full_row(self.inferencer.classes, schema)

    def __call__(self, batch: Mapping[str, Sequence[Any] | np.ndarray]) -> 'pyarrow.Table':
        """A table with a row for each face, and for each input without one.

        Args:
            batch: column ``path``, of files that this worker can read; or ``path`` and ``bytes``, the content of the files, as Ray's
                ``read_binary_files(..., include_paths=True)`` gives them.

        Raises:
            ValueError: there is no column ``path``.
        """
        if 'path' not in batch:
            raise ValueError(f'a batch with the columns {", ".join(batch)}: expected path, or path and bytes')
        names = [str(name) for name in batch['path']]
        if 'bytes' in batch:
            found = [
                [face.but(source=name) for face in self.inferencer(bytes(given))] for name, given in zip(names, batch['bytes'], strict=True)
            ]
            faces = [face for group in found for face in group]
        else:
            reading = Reading(web=self.inferencer.web)
            faces = [face for _, results in self.inferencer.frames(names, reading) for face in results]
        return table_of(self._rows(faces), self.types)

    def _rows(self, faces: Sequence[FaceResult]) -> list[dict[str, Any]]:
        from ofer.inference.schemas import flat_row

        rows = (flat_row(face, self.schema) for face in faces)
        return [{column: row.get(column) for column in self.types} for row in rows]
