"""A web server of our own, which can be as unreliable as others."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Server:
    """What the server gives, how it behaves, and what it was asked for."""

    url: str
    files: dict[str, bytes] = field(default_factory=dict)
    ranges: bool = True
    stop_after: int | None = None
    asked: list[tuple[str, str | None]] = field(default_factory=list)


def handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name, wish = self.path.rsplit("/", 1)[-1], self.headers["Range"]
            server.asked.append((name, wish))
            content = server.files.get(name)
            if content is None:
                self.send_error(404)
                return
            begin = int(wish.split("=")[1].rstrip("-")) if wish and server.ranges else 0
            self.send_response(206 if begin else 200)
            if begin:
                self.send_header(
                    "Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}"
                )
            self.send_header("Content-Length", str(len(content) - begin))
            self.end_headers()
            self.wfile.write(content[begin:][: server.stop_after])

        def log_message(self, *_: object) -> None:
            pass

    return Handler


class JoinedServer(ThreadingHTTPServer):
    """Waits for its threads when it closes; a client that hangs up is no error."""

    daemon_threads = False

    def handle_error(self, *_: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[Server]:
    """Serve on a free port of this machine until the block ends."""
    known = Server("")
    with JoinedServer(("127.0.0.1", 0), handler(known)) as web:
        known.url = f"http://127.0.0.1:{web.server_port}/"
        thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield known
        web.shutdown()
        thread.join()
