"""How much memory a process took: the twin of `bench/memory.ts`."""

import pathlib
import resource


def peak_memory():
    """The most memory that this process ever held, in MB (10^6 bytes)."""
    try:
        for line in pathlib.Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    except OSError:
        pass
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
