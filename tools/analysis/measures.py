"""The same as ``ofer analyze measures``."""

import sys

from ofer.cli.main import main

if __name__ == '__main__':
    main(['analyze', 'measures', *sys.argv[1:]])
