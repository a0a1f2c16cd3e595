"""The same as ``ofer demo-train``."""

import sys

from ofer.cli.main import main

if __name__ == '__main__':
    main(['demo-train', *sys.argv[1:]])
