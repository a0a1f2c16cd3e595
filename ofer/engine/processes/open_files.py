"""How many files a process may have open: worker processes of data loaders send each image as an open file."""

import contextlib

MOST = 65536


def allow_open_files() -> None:
    """Raise this process's limit of open files, often 1,024, to what the system allows it, at most :data:`MOST`.

    A few workers that load ahead have more images open than the usual limit. Without such limits, as on Windows, or where the system
    refuses, nothing is done.
    """
    try:
        import resource
    except ImportError:
        return
    now, allowed = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST if allowed == resource.RLIM_INFINITY else min(allowed, MOST)
    if now != resource.RLIM_INFINITY and now < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, allowed))
