"""A tiny part for the supervisor's tests: answers its health address; can be slow, stubborn or hung.

Arguments: port, then any of `slow` (ready after 1.5 s), `stubborn` (ignores SIGTERM), `parent` (starts a
child of its own and prints its pid), `hangs` (stops answering after 1 s), `dies` (exits at once).
"""

from __future__ import annotations

import http.server
import signal
import subprocess
import sys
import time


class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if "hangs" in sys.argv and time.monotonic() - BORN > 1:
            time.sleep(600)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def main() -> None:
    flags = sys.argv[2:]
    say("hello from", sys.argv[1])
    if "dies" in flags:
        sys.exit(3)
    if "stubborn" in flags:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if "parent" in flags:
        sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        say("grandchild", sleeper.pid)
    if "slow" in flags:
        time.sleep(1.5)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Health)
    server.serve_forever()


BORN = time.monotonic()
if __name__ == "__main__":
    main()
