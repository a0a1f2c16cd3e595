"""The same as ``ofer convert``."""

import sys

from ofer.cli.main import main

if __name__ == '__main__':
    main(['convert', *sys.argv[1:]])
