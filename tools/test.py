"""The same as ``ofer test``."""

import sys

from ofer.cli.main import main

if __name__ == '__main__':
    main(['test', *sys.argv[1:]])
