"""Vertelpunt's front door: `python app.py` starts everything; Streamlit runs this same file for every visitor.

Starting: refuse what is unsafe, bring the database up to date, print the one-time code while there is no administrator,
put the worker to work, and only then let visitors in. Everything a visitor does goes through `door`.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import streamlit as st
from pydantic import ValidationError
from starlette.middleware import Middleware
from streamlit import runtime

from desk import accounts, models
from door import (
    agenda,
    audio,
    download,
    form,
    insights,
    language,
    manual,
    pages,
    proof,
    stem,
    transcript,
    upload,
    vorm,
)
from door.cookies import LANGUAGE, current_teller, current_user
from door.house import House, open_house, stand, standing
from door.security import Doorkeeper
from stories.errors import NotReady, VertelpuntError
from stories.quietlogs import keep_quiet
from stories.settings import Settings
from stories.supervisor import Supervisor
from stories.words import say
from ui.shell import PAGES, run

ROOT = Path(__file__).resolve().parent
WORKER = [sys.executable, "-m", "pipeline", "worker"]


def streamlit_options(settings: Settings) -> dict[str, Any]:
    """Streamlit's settings that are a matter of safety: given by hand, so that no file or variable undoes them."""
    return {
        "server.address": settings.address,
        "server.port": settings.port,
        "server.headless": True,
        "server.fileWatcherType": "none",
        "server.runOnSave": False,
        "server.maxUploadSize": 1,  # MB; the raw upload route is closed, recordings come in through /opname
        "server.maxMessageSize": 25,  # MB
        "server.disconnectedSessionTTL": 3600,  # s; who tells on a phone that was locked goes on where they were
        "server.enableStaticServing": False,
        "server.enableXsrfProtection": True,
        "server.enableCORS": True,
        "server.enableAgentApi": False,
        "browser.gatherUsageStats": False,
        "client.showErrorDetails": "none",
        "client.showErrorLinks": "false",
        "client.toolbarMode": "minimal",
        "client.disableDataExport": True,
        "global.developmentMode": False,
        "logger.enableRich": False,
        "logger.level": "warning",
        "logger.hideWelcomeMessage": True,
        "runner.magicEnabled": False,
        "runner.postScriptGC": False,  # a full collection after every run was 120 ms of processor; see `lifespan`
    }


def build(house: House) -> st.App:
    """The whole application around one house."""

    @contextlib.asynccontextmanager
    async def lifespan(_app: st.App) -> AsyncIterator[None]:
        worker = Supervisor(WORKER)
        worker.start()
        print(models.at_start(house.settings), flush=True)
        print(say("door.ready", url=house.settings.origin), flush=True)
        gc.freeze()  # what was loaded stays: Python's own collections look at what visitors leave behind, and no more
        try:
            yield
        finally:
            stand(None)
            worker.stop()

    routes = [
        *pages.routes(house),
        *proof.routes(house),
        *audio.routes(house),
        *upload.routes(house),
        *download.routes(house),
        *agenda.routes(house),
        *transcript.routes(house),
        *insights.routes(house),
        *form.routes(house),
        *language.routes(house),
        *vorm.routes(),
        *stem.routes(),
        *manual.routes(),
    ]
    screens = [f"/{page.path}" for page in PAGES]
    guard = Middleware(Doorkeeper, house=house, pages=screens)
    return st.App(__file__, lifespan=lifespan, routes=routes, middleware=[guard])


def main() -> int:
    """Start, and serve until stopped. Exit code 78 (EX_CONFIG) with a Dutch sentence when starting is not safe."""
    keep_quiet()
    keep_private()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("vertelpunt").setLevel(logging.INFO)
    try:
        settings = Settings()
        require_free(settings)
        house = open_house(settings)
        if accounts.nobody_yet(house.store):
            url = f"{settings.origin}/eerste-keer"
            print("\n" + say("door.first_terminal", url=url, code=house.first_run.new_code()) + "\n", flush=True)
    except ValidationError as error:
        names = ", ".join(sorted({f"VERTELPUNT_{part['loc'][0]}".upper() for part in error.errors()}))
        print(say("door.unsafe_settings", names=names), file=sys.stderr)
        return 78
    except VertelpuntError as error:
        print(error.message, file=sys.stderr)
        return 78
    stand(house)
    build(house).run(config=streamlit_options(settings))
    return 0


def keep_private() -> None:
    """Files that this process and the worker make are for this account only, and a crash leaves no memory on disk."""
    os.umask(0o077)
    with contextlib.suppress(ImportError, OSError, ValueError):  # Windows has no limits
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def require_free(settings: Settings) -> None:
    """Raise NotReady when somebody else listens on our port: two apps on one database would both print a code."""
    family = socket.AF_INET6 if ":" in settings.address else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            if os.name != "nt":  # as Streamlit itself will do
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((settings.address, settings.port))
    except OSError as error:
        raise NotReady("door.port_taken", port=settings.port) from error


def draw() -> None:
    """One run of the page for one visitor: who are you (from this request's cookies), and what do you see."""
    house = standing()
    if house is None:
        st.text(say("door.not_standing"))
        st.stop()
        return
    cookies = st.context.cookies.to_dict()
    user = current_user(house.settings, house.store, cookies)
    run(user, current_teller(house.settings, cookies), house.store, house.settings, cookies.get(LANGUAGE))


if __name__ == "__main__":
    if runtime.exists():
        draw()
    else:
        sys.exit(main())
