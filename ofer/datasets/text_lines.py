"""Reads the small text files of data sets, which some editors leave in another encoding than UTF-8."""


def read_lines(path: str) -> list[str]:
    """The lines of a text file, without their ends; the last is empty where the file ends with one.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is not UTF-8; the message names file and line.
    """
    with open(path, encoding='utf-8-sig') as file:
        try:
            return file.read().split('\n')  # not splitlines, which also breaks at characters that may stand in a name
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b'\n') + 1
            raise ValueError(f'{path}, line {line}: no text in UTF-8 ({error.reason}). Save it as UTF-8, or copy it again.') from error
