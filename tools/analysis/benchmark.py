"""The same as ``ofer analyze benchmark``."""

import sys

from ofer.cli.main import main

if __name__ == '__main__':
    main(['analyze', 'benchmark', *sys.argv[1:]])
