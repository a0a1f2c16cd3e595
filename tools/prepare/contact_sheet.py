"""The same as ``ofer prepare contact-sheet``."""

import sys

from ofer.cli.main import main

if __name__ == '__main__':
    main(['prepare', 'contact-sheet', *sys.argv[1:]])
