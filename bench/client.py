"""People who use the portal over HTTP, without a browser: sign in, keep cookies, send forms with their tokens."""

from __future__ import annotations

import http.client
import re
import socket
from dataclasses import dataclass, field
from urllib.parse import urlencode


@dataclass(slots=True)
class Answer:
    status: int
    location: str
    text: str


@dataclass(slots=True)
class Client:
    """One person's browser on one kept connection; not for several threads at once."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    _wire: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, form: list[tuple[str, str]] | None = None) -> Answer:
        """One request; OSError when the server is away or the answer did not come whole."""
        body = urlencode([*form, ("csrf_token", self.token)]) if form is not None else None
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            if self._wire is None:
                self._wire = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
                self._wire.connect()
                self._wire.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._wire.request(method, path, body, headers)
            response = self._wire.getresponse()
            text = response.read().decode()
        except (http.client.HTTPException, OSError) as failure:
            self.close()
            raise ConnectionError(str(failure)) from failure
        for line in response.headers.get_all("Set-Cookie") or []:
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        if found := re.search(r'name="csrf-token" content="([^"]+)"', text):
            self.token = found[1]
        return Answer(response.status, response.headers.get("Location", ""), text)

    def close(self) -> None:
        if self._wire is not None:
            self._wire.close()
        self._wire = None

    def sign_in(self, login: str, password: str) -> None:
        self.ask("GET", "/sign-in")
        answer = self.ask("POST", "/sign-in", [("login", login), ("password", password)])
        if answer.status != 303:
            raise RuntimeError(f"{login} could not sign in: {answer.status}")
        self.ask("GET", "/orders")
