"""What the machine must have beside Python: Chromium for the journeys, Pango for PDFs. Found, installed, or said."""

import ctypes
import ctypes.util
import os
import platform
import shutil
import subprocess
from pathlib import Path

from portal.runner.console import Stop, say

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_CHROME = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
PANGO = {
    "libpango-1.0-0": ("libpango-1.0.so.0", "libpango-1.0.dylib"),
    "libpangoft2-1.0-0": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    "libharfbuzz-subset0": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.dylib"),
}


def chromium() -> str | None:
    """The path of a Chromium that starts, or None."""
    for name in (*CHROMIUMS, MAC_CHROME):
        path = shutil.which(name)
        if path and subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0:
            return path
    return None


def missing_pango() -> list[str]:
    """The Debian packages of the libraries that PDF writing does not find."""
    mac = platform.system() == "Darwin"
    return [package for package, (linux_name, mac_name) in PANGO.items() if not _loads(mac_name if mac else linux_name)]


def _loads(name: str) -> bool:
    for place in (name, f"/opt/homebrew/lib/{name}", f"/usr/local/lib/{name}"):
        try:
            ctypes.CDLL(place)
        except OSError:
            continue
        return True
    return False


def _debian() -> bool:
    release = Path("/etc/os-release")
    text = release.read_text(encoding="utf-8") if release.exists() else ""
    return ("ID=debian" in text or "ID=ubuntu" in text or "ID_LIKE=debian" in text) and bool(shutil.which("apt-get"))


def install_line(packages: list[str]) -> str:
    """What to type on this machine to get ``packages`` (Debian names)."""
    if platform.system() == "Darwin":
        names = {"chromium": "--cask chromium"}
        return f"brew install {' '.join(sorted({names.get(package, 'pango') for package in packages}))}"
    sudo = "" if os.geteuid() == 0 else "sudo "
    return f"{sudo}apt-get install -y --no-install-recommends {' '.join(packages)}"


def mention_pango() -> None:
    """Say what PDF writing misses; everything else works without it."""
    if missing := missing_pango():
        say(f"PDFs cannot be made here yet; everything else works. For PDFs: {install_line(missing)}")


def prepare_for_tests(*, browser: bool) -> dict[str, str]:
    """Find (as root on Debian or Ubuntu: install, said first) what the tests need; returns CHROMIUM_PATH.

    Without Chromium the journeys cannot run: raises Stop with the line to type. Missing PDF libraries are only said.
    """
    path = chromium() if browser else None
    wanted = [*(["chromium"] if browser and path is None else []), *missing_pango()]
    if wanted and os.geteuid() == 0 and _debian():
        say(f"The tests need {', '.join(wanted)}: installing with apt-get, as root")
        _apt(wanted)
        path = chromium() if browser else None
        wanted = [*(["chromium"] if browser and path is None else []), *missing_pango()]
    if browser and path is None:
        raise Stop("The browser journeys need Chromium, which is not on this machine.", install_line(wanted))
    mention_pango()
    return {"CHROMIUM_PATH": path} if path else {}


def _apt(packages: list[str]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    for command in (["apt-get", "update", "-qq"], install):
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if done.returncode and command is install:
            say(f"apt-get did not manage: {done.stderr.strip()[-500:]}")
