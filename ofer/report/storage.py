"""The answers on disk: one file for each contender, condition and part of the images, so that an interrupted run can continue."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ofer.files.writing import write_file
from ofer.report.contenders import Answers
from ofer.stored import read_arrays, read_json

FOLDER = 'answers'
_AGAIN = 'Remove the file, and run the same command again.'


class Storage:
    """A folder of answers.

    Args:
        folder: of the report.
        identities: what determines the answers, by contender, and ``data`` and ``protocol`` for all.
        overwrite: remove answers that were begun with something else, instead of an error.

    Raises:
        ValueError: the folder has answers of another model or data set under one of the names.
    """

    def __init__(self, folder: Path, identities: Mapping[str, Mapping[str, Any]], overwrite: bool = False) -> None:
        self.folder = folder / FOLDER
        for name, identity in identities.items():
            path = self.folder / name / 'identity.json'
            wanted = json.loads(json.dumps(identity))
            if path.is_file():
                found = read_json(path, 'Give another --out, or --overwrite.')
                if found == wanted:
                    continue
                changed = sorted(key for key in {*found, *wanted} if found.get(key) != wanted.get(key))
                if not overwrite:
                    raise ValueError(f'{path.parent}: was begun with another {" and ".join(changed)}. Give another --out, or --overwrite.')
                for old in path.parent.glob('*/*.npz'):
                    old.unlink()
            path.parent.mkdir(parents=True, exist_ok=True)
            write_file(path, json.dumps(wanted, indent=1).encode())

    def path(self, contender: str, condition: str, part: int) -> Path:
        """File of the answers of a part."""
        return self.folder / contender / condition / f'{part:05d}.npz'

    def has(self, contender: str, condition: str, part: int) -> bool:
        """Whether a part is there as a whole: one in which the contender failed is asked for again."""
        path = self.path(contender, condition, part)
        return path.is_file() and not len(read_arrays(path, _AGAIN).get('problems', ()))

    def write(self, contender: str, condition: str, part: int, **arrays: Any) -> None:
        """Write a part; the file is there as a whole, or not at all."""
        import io

        content = io.BytesIO()
        np.savez_compressed(content, **{name: value for name, value in arrays.items() if value is not None})
        path = self.path(contender, condition, part)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, content.getvalue())

    def read(self, contender: str, condition: str, parts: int) -> dict[str, np.ndarray] | None:
        """All parts, one after another; None if one is missing.

        An array that a part lacks is left out, but for the agreement of the map: NaN, since a part in which the model failed has none.
        """
        found: list[dict[str, np.ndarray]] = []
        for part in range(parts):
            path = self.path(contender, condition, part)
            if not path.is_file():
                return None
            found.append(read_arrays(path, _AGAIN))
        if any('agreement' in one for one in found):
            for one in found:
                one.setdefault('agreement', np.full(len(one['probabilities']), np.nan))
        common = set.intersection(*(set(one) for one in found))
        return {name: np.concatenate([one[name] for one in found]) for name in sorted(common)}


def store_answers(storage: Storage, contender: str, condition: str, part: int, answers: Answers, covered: np.ndarray | None) -> None:
    """Write the answers of a part, with the covered share of each image and the agreement of the occlusion map with the truth.

    Args:
        storage: of the report.
        contender: its name.
        condition: its name.
        part: number of the part.
        answers: of the contender.
        covered: ``(N, H, W)`` bool, True = occluded; None if nothing is covered by definition.
    """
    from ofer.report.agreement import map_agreement

    storage.write(
        contender,
        condition,
        part,
        probabilities=answers.probabilities,
        covered=None if covered is None else covered.mean((1, 2)),
        agreement=None if covered is None or answers.maps is None else map_agreement(answers.maps, covered),
        problems=np.array(answers.problems, dtype=str),
    )
