"""The same as ``ofer verify``."""

import sys

from ofer.cli.main import main

if __name__ == '__main__':
    main(['verify', *sys.argv[1:]])
