"""Reads small text files of data sets, in UTF-8 or in Excel's "Unicode text", and the numbers in them."""

import codecs

from ofer.files.archive import read_bytes


def read_text(path: str) -> str:
    r"""A text file, in an archive or not, with ``\n`` at the ends of lines.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is neither UTF-8 nor UTF-16 with a byte order mark; the message names file and line.
    """
    content = read_bytes(path)
    try:
        text = content.decode('utf-16' if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else 'utf-8-sig')
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b'\n') + 1
        raise ValueError(f'{path}, line {line}: no text in UTF-8 ({error.reason}). Save it as UTF-8, or copy it again.') from error
    return text.replace('\r\n', '\n').replace('\r', '\n')


def read_lines(path: str) -> list[str]:
    """The lines of a text file, without their ends; the last one is empty if the file ends with a line break.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is neither UTF-8 nor UTF-16 with a byte order mark; the message names file and line.
    """
    return read_text(path).split('\n')  # not splitlines, which also splits at characters that may be part of a name


def shortened(text: str, most: int = 80) -> str:
    """A text for a message, without what is too long: a damaged line may be the whole file.

    >>> shortened('a' * 100, most=3)
    'aaa ... (100 characters)'
    """
    return text if len(text) <= most else f'{text[:most]} ... ({len(text)} characters)'


def unquoted(text: str) -> str:
    """The text without spaces and quotation marks around it."""
    text = text.strip()
    return text[1:-1].strip() if len(text) > 1 and text[0] == text[-1] and text[0] in '"\'' else text


def whole_number(text: str) -> int | None:
    """The integer in a text, in any usual notation; None if it is no integer.

    >>> [whole_number(text) for text in ('5', ' 5.0 ', '5,0', '5.0000e+00', '5.5', 'five', '')]
    [5, 5, 5, 5, None, None, None]
    """
    try:
        value = float(text.replace(',', '.').replace('_', ' '))  # only Python reads 1_0 as 10
    except ValueError:
        return None
    return int(value) if value.is_integer() else None
