"""Recognises files that are no checkpoints: web pages, archives and files of other tools saved under such a name."""

import tarfile
import zipfile
from pathlib import Path

_BEGINNINGS = {
    b'\x1f\x8b': 'a gzip archive. Unpack it and give the file inside',
    b'7z\xbc\xaf': 'a 7z archive. Unpack it and give the file inside',
    b'Rar!': 'a RAR archive. Unpack it and give the file inside',
    b'\x93NUMPY': 'a NumPy array. Give a file that torch.save wrote',
    b'\x89HDF': 'an HDF5 file, as Keras writes it. Give a file that torch.save wrote',
    b'\x89PNG': 'an image. Give a file that torch.save wrote',
    b'\xff\xd8\xff': 'an image. Give a file that torch.save wrote',
    b'%PDF': 'a PDF document. Give a file that torch.save wrote',
    b'version https://git-lfs': "a pointer of Git LFS, not the file itself. Fetch the file with 'git lfs pull'",
}


def other_kind(path: Path) -> str | None:
    """The kind of a file that is no checkpoint, and a remedy; None if it may be a checkpoint.

    Args:
        path: a readable file.
    """
    with path.open('rb') as file:
        start = file.read(512)
    if not start:
        return 'empty: its download or copy was interrupted. Get it again'
    for beginning, kind in _BEGINNINGS.items():
        if start.startswith(beginning):
            return kind
    if start.lstrip().lower().startswith((b'<!doctype', b'<html', b'<?xml', b'<head')):
        return 'a web page, not the file it is called after. Download it again, in a browser if the page asks for consent'
    if zipfile.is_zipfile(path):
        return _in_zip(path)
    if tarfile.is_tarfile(path):
        return 'a tar archive. Unpack it and give the file inside'
    if _is_text(start):
        return 'a text file. Give a file that torch.save wrote'
    if start[0] == 0x80 and start[1:2] <= b'\x05' and b'\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.' not in start:  # start of torch's old format
        return "a pickle that torch.save did not write, for instance scikit-learn's. Save the weights with torch.save"
    return None


def is_safetensors(path: Path) -> bool:
    """Whether a file is of the safetensors format: the length of a JSON header, then the header."""
    with path.open('rb') as file:
        start = file.read(9)
    return len(start) == 9 and start[8:] == b'{' and int.from_bytes(start[:8], 'little') <= path.stat().st_size - 8


def _in_zip(path: Path) -> str | None:
    try:
        names = zipfile.ZipFile(path).namelist()
    except Exception:  # damaged: the verification of its check sums reports it
        return None
    if any(name.endswith('/constants.pkl') for name in names):
        return (
            'a TorchScript file, which holds a program beside the weights. If you trust its origin, save the weights alone and give '
            f'that file: torch.save(torch.jit.load({str(path)!r}).state_dict(), "weights.pth")'
        )
    if any(name.endswith('.npy') for name in names):
        return 'a NumPy archive. Give a file that torch.save wrote'
    if names and not any(name.endswith('data.pkl') for name in names):
        return f'a zip archive ({", ".join(names[:3])}). Unpack it and give the file inside'
    return None


def _is_text(start: bytes) -> bool:
    try:
        text = start.decode('utf-8')
    except UnicodeDecodeError as error:
        if error.start < len(start) - 3:  # a letter may be cut in two at the end
            return False
        text = start[: error.start].decode('utf-8')
    return all(letter.isprintable() or letter.isspace() for letter in text)
