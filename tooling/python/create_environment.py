"""Creates the virtual environment of requirements.txt: create_environment.py DIRECTORY REQUIREMENTS STAMP.

Several processes may run this at the same time. The first creates the environment; the others wait for its lock on the
requirements file, which the system releases however the process ends. The stamp is written last, so an unfinished
environment is created again.
"""

import fcntl
import pathlib
import shutil
import subprocess
import sys

DEADLINE_SECONDS = 600


def main(directory, requirements, stamp):
    if sys.version_info < (3, 11):
        sys.exit(f"Python 3.11 or later is needed, and {sys.executable} is {sys.version.split()[0]}")
    environment = pathlib.Path(directory)
    stamp_file = environment / "stamp"
    with open(requirements) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp_file.exists() and stamp_file.read_text() == stamp:
            return
        shutil.rmtree(environment, ignore_errors=True)
        python = str(environment / "bin" / "python")
        run(sys.executable, "-m", "venv", directory)
        run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", requirements)
        stamp_file.write_text(stamp)


def run(*command):
    subprocess.run(command, check=True, timeout=DEADLINE_SECONDS, stdin=subprocess.DEVNULL)


if __name__ == "__main__":
    main(*sys.argv[1:])
