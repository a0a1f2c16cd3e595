"""The same as ``ofer demo``."""

import sys

from ofer.cli.main import main

if __name__ == '__main__':
    main(['demo', *sys.argv[1:]])
