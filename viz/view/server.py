"""Starts the page on this machine: no address outside is asked for anything."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import secrets
import socket
import threading
import time
import webbrowser
from collections.abc import Callable
from pathlib import Path

from ...scenarios.sentences import Told, t
from .opening import Opening, open_with

FONTS = Path(__file__).resolve().parent.parent / "fonts"
HOST = "localhost"
PORT = 8765
LEFT_ALONE = "10m"
"""How long a tab whose connection is lost is kept, so that it can come back."""


class ServingError(Told, RuntimeError):
    """The page cannot be shown."""


def prepare(opening: Opening) -> None:
    """Set what the page opens with, and how its server behaves; before anything of Solara is imported.

    Raises:
        ServingError: If the libraries of the page are not installed.
    """
    os.environ.update({
        "SOLARA_APP": "cogov.viz.view.app",
        "SOLARA_MODE": "production",
        "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
        "SOLARA_ASSETS_EXTRA_LOCATIONS": str(FONTS),
        "SOLARA_ASSETS_FONTAWESOME_ENABLED": "False",
        "SOLARA_KERNEL_CULL_TIMEOUT": LEFT_ALONE,
        "SOLARA_SESSION_SECRET_KEY": secrets.token_hex(16),
        "SOLARA_THEME_SHOW_BANNER": "False",
        "SOLARA_THEME_VARIANT": "light",
    })  # fmt: skip
    try:
        for name in ("anywidget", "solara.server.starlette", "uvicorn"):
            importlib.import_module(name)
    except ImportError as error:
        raise ServingError(
            t("the page needs what the extra ui installs, and {name} is missing: pip install 'cogov[ui]', or in a "
              "clone: make view", name=error.name)
        ) from None  # fmt: skip
    open_with(opening)


def serve(opening: Opening, port: int = PORT, tell: Callable[[str], None] | None = None, browse: bool = True) -> None:
    """Show the page until Ctrl-C.

    Args:
        opening: What it opens with.
        port: Port on this machine; 0 takes a free one.
        tell: Told the address once the page can be opened.
        browse: Whether to open a browser.

    Raises:
        ServingError: If the port is taken, or the libraries of the page are not installed.
    """
    prepare(opening)
    import uvicorn

    with socket.socket() as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((HOST, port))
        except OSError as error:
            raise ServingError(
                t("port {port} cannot be used ({reason}); give another one with --port, or --port 0 for any free one",
                  port=port, reason=error.strerror)
            ) from None  # fmt: skip
        address = f"http://{HOST}:{bound.getsockname()[1]}"
        os.environ.update({"SERVER_NAME": HOST, "SERVER_PORT": str(bound.getsockname()[1])})
        server = uvicorn.Server(uvicorn.Config("solara.server.starlette:app", log_level="error", access_log=False))

        def announce() -> None:
            while not server.started and not server.should_exit:
                time.sleep(0.05)
            if tell:
                tell(address)
            if browse:
                webbrowser.open(address)

        threading.Thread(target=announce, daemon=True).start()
        try:
            server.run(sockets=[bound])
        except KeyboardInterrupt:  # that is how it ends
            pass
        finally:
            for process in multiprocessing.active_children():
                process.terminate()
