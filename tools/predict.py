"""The same as ``ofer predict``."""

import sys

from ofer.cli.main import main

if __name__ == '__main__':
    main(['predict', *sys.argv[1:]])
