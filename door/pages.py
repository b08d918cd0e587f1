"""Coming in and going out: plain HTML pages that work without script.

/inloggen, /inloggen/code       name and password, then the code of the second factor where a role needs it
/uitloggen                      a page with one button (a mere link could be followed by another site)
/eerste-keer                    the first administrator, with the one-time code from the terminal
/mijn-verhaal/code, .../uit     the teller's receipt code opens their own story for half an hour
"""

from __future__ import annotations

import asyncio
import functools
import math
import re
from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import parse_qs

import anyio
import anyio.to_thread
import segno
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from desk import accounts
from door import cookies
from door.house import House
from door.templates import notice, page
from door.throttle import visitor
from stories import tickets
from stories.errors import NotFound, Refused
from stories.words import say

STEP = "tweede-stap"
"""What the short ticket between password and code is for."""

T = TypeVar("T")
Handler = Callable[[House, Request], Awaitable[Response]]


def routes(house: House) -> list[Route]:
    """The routes of these pages."""
    table: list[tuple[str, Handler, Handler]] = [
        ("/inloggen", _login_page, _login),
        ("/inloggen/code", _code_page, _code),
        ("/uitloggen", _logout_page, _logout),
        ("/eerste-keer", _first_page, _first),
        ("/mijn-verhaal/code", _receipt_page, _receipt),
        ("/mijn-verhaal/uit", _receipt_out_page, _receipt_out),
    ]

    def route(path: str, show: Handler, act: Handler) -> Route:
        async def answer(request: Request) -> Response:
            return await (act if request.method == "POST" else show)(house, request)

        return Route(path, answer, methods=["GET", "POST"])

    return [route(*row) for row in table]


# --- staff


async def _login_page(house: House, request: Request) -> Response:
    return _login_form(onward=local_path(request.query_params.get("verder", "/")))


async def _login(house: House, request: Request) -> Response:
    form = await _form(request)
    if form is None:
        return notice("bad_request", 400)
    name, password, onward = form.get("naam", ""), form.get("wachtwoord", ""), local_path(form.get("verder", "/"))
    if not name.strip() or not password:
        return _login_form(name=name, onward=onward, problem=say("door.fill_in"), status=400)
    address, account = ("login", _visitor(request)), ("account", accounts.clean_name(name).casefold())
    wait_s = house.address_waits.attempt(address)
    if wait_s > 0:
        return _slow_down(_login_form(name=name, onward=onward, problem=_please_wait(wait_s), status=429), wait_s)
    await asyncio.sleep(house.account_tarpit.pressure(account))
    try:
        who = await _hashing(accounts.recognise, house.store, name, password)
    except Refused as refused:
        return _login_form(name=name, onward=onward, problem=refused.message, status=401)
    if who.needs_code or who.must_set_up_code:
        return _to_code(house, who.user.id, onward)
    return await _come_in(house, request, who, onward)


async def _code_page(house: House, request: Request) -> Response:
    who, _ = await _half_way(house, request)
    if who is None:
        return RedirectResponse("/inloggen", 303)
    return _code_form(house, who)


async def _code(house: House, request: Request) -> Response:
    who, onward = await _half_way(house, request)
    form = await _form(request)
    if form is None:
        return notice("bad_request", 400)
    if who is None:
        return _login_form(problem=say("door.code_over"), status=401)
    user_id = who.user.id
    wait_s = house.code_waits.attempt(user_id)
    if wait_s > 0:
        return _slow_down(_code_form(house, who, problem=_please_wait(wait_s), status=429), wait_s)
    code = form.get("code", "")
    try:
        if who.must_set_up_code:
            secret = house.second_factors.offer(user_id)
            step = await _in_thread(accounts.set_up_code, house.store, who, secret, code)
        else:
            after = house.second_factors.last_step(user_id)
            step = await _in_thread(functools.partial(accounts.check_code, after=after), house.store, who, code)
    except Refused as refused:
        return _code_form(house, who, problem=refused.message, status=401)
    if not house.second_factors.use(user_id, step):
        return _code_form(house, who, problem=say("door.code_wrong"), status=401)
    house.code_waits.forgive(user_id)
    return await _come_in(house, request, who, onward)


async def _come_in(house: House, request: Request, who: accounts.Recognised, onward: str) -> Response:
    """Everything is proven: a fresh session, and whatever session this browser had before ends."""
    house.address_waits.forgive(("login", _visitor(request)))
    house.account_tarpit.forgive(("account", who.user.name.casefold()))
    old = cookies.session_token(house.settings, request.cookies)
    if old is not None:
        await _in_thread(accounts.log_out, house.store, old)
    token = await _in_thread(accounts.open_session, house.store, who.user)
    response = RedirectResponse(onward, 303)
    cookies.put(response, house, cookies.SESSION, token)
    cookies.drop(response, house, cookies.STEP)
    return response


async def _logout_page(house: House, request: Request) -> Response:
    return page("klaar", what="logout", action="/uitloggen", back="/")


async def _logout(house: House, request: Request) -> Response:
    token = cookies.session_token(house.settings, request.cookies)
    if token is not None:
        await _in_thread(accounts.log_out, house.store, token)
    response = RedirectResponse("/inloggen", 303)
    for name in (cookies.SESSION, cookies.STEP):
        cookies.drop(response, house, name)
    return response


# --- the first time


async def _first_page(house: House, request: Request) -> Response:
    if not await _in_thread(accounts.nobody_yet, house.store):
        return notice("not_here", 404)
    return _first_form()


async def _first(house: House, request: Request) -> Response:
    if not await _in_thread(accounts.nobody_yet, house.store):
        return notice("not_here", 404)
    form = await _form(request)
    if form is None:
        return notice("bad_request", 400)
    name, password = form.get("naam", ""), form.get("wachtwoord", "")
    code = form.get("code", "")
    wait_s = house.address_waits.attempt(("first", _visitor(request)))
    if wait_s > 0:
        return _slow_down(_first_form(name=name, code=code, problem=_please_wait(wait_s), status=429), wait_s)
    if not house.first_run.fits(code):
        return _first_form(name=name, problem=say("door.first_code_wrong"), status=401)
    try:
        who = await _hashing(accounts.create_first_admin, house.store, name, password)
    except Refused as refused:
        return _first_form(name=name, code=code, problem=refused.message, status=400)
    house.first_run.over()
    return _to_code(house, who.user.id, "/")


# --- the teller's own story


async def _receipt_page(house: House, request: Request) -> Response:
    return _receipt_form()


async def _receipt(house: House, request: Request) -> Response:
    form = await _form(request)
    if form is None:
        return notice("bad_request", 400)
    address = ("receipt", _visitor(request))
    wait_s = house.receipt_waits.attempt(address)
    if wait_s > 0:
        return _slow_down(_receipt_form(problem=_please_wait(wait_s), status=429), wait_s)
    await asyncio.sleep(house.receipt_tarpit.pressure("everybody"))
    try:
        holder = await _hashing(accounts.open_receipt, house.store, form.get("code", ""))
    except NotFound as wrong:
        return _receipt_form(problem=wrong.message, status=401)
    house.receipt_waits.forgive(address)
    response = RedirectResponse("/mijn-verhaal", 303)
    subject = cookies.teller_subject(holder)
    ticket = tickets.issue(house.settings, tickets.TELLER, subject, cookies.TELLER_S)
    cookies.put(response, house, cookies.TELLER, ticket, lasts_s=cookies.TELLER_S)
    return response


async def _receipt_out_page(house: House, request: Request) -> Response:
    return page("klaar", what="receipt_out", action="/mijn-verhaal/uit", back="/mijn-verhaal", here="/mijn-verhaal/uit")


async def _receipt_out(house: House, request: Request) -> Response:
    response = RedirectResponse("/", 303)
    cookies.drop(response, house, cookies.TELLER)
    return response


# --- parts


def _login_form(*, name: str = "", onward: str = "/", problem: str = "", status: int = 200) -> Response:
    return page("inloggen", status=status, name=name, onward=onward, problem=problem)


def _first_form(*, name: str = "", code: str = "", problem: str = "", status: int = 200) -> Response:
    shortest = accounts.SHORTEST_PASSWORD
    return page("eerste_keer", status=status, name=name, code=code, problem=problem, shortest=shortest)


def _receipt_form(*, problem: str = "", status: int = 200) -> Response:
    return page("verhaalcode", status=status, problem=problem, here="/mijn-verhaal/code")


def _code_form(house: House, who: accounts.Recognised, *, problem: str = "", status: int = 200) -> Response:
    if not who.must_set_up_code:
        return page("code", status=status, problem=problem)
    secret = house.second_factors.offer(who.user.id)
    code = segno.make(accounts.secret_link(who.user, secret), error="m")
    picture = code.svg_data_uri(scale=5, border=2, light="#fff")
    groups = [secret[at : at + 4] for at in range(0, len(secret), 4)]
    return page("code_instellen", status=status, problem=problem, picture=picture, secret=" ".join(groups))


def _to_code(house: House, user_id: str, onward: str) -> Response:
    """On to the second step, with a short ticket that says who gave a right password, and where they were going."""
    subject = f"{user_id}~{onward}"
    response = RedirectResponse("/inloggen/code", 303)
    ticket = tickets.issue(house.settings, STEP, subject, cookies.STEP_S)
    cookies.put(response, house, cookies.STEP, ticket, lasts_s=cookies.STEP_S)
    return response


async def _half_way(house: House, request: Request) -> tuple[accounts.Recognised | None, str]:
    """Who gave a right password on this screen a few minutes ago, and where they were going."""
    ticket = request.cookies.get(cookies.cookie_name(house.settings, cookies.STEP), "")
    subject = tickets.redeem(house.settings, STEP, ticket)
    if subject is None:
        return None, "/"
    user_id, _, onward = subject.partition("~")
    try:
        return await _in_thread(accounts.person, house.store, user_id), local_path(onward)
    except NotFound:
        return None, "/"


async def _form(request: Request) -> dict[str, str] | None:
    """The fields of a form; None for anything else. The middleware already limited its size and time."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        return None
    body = await request.body()
    try:
        fields = parse_qs(body.decode("utf-8"), keep_blank_values=True, strict_parsing=bool(body), max_num_fields=20)
    except ValueError:
        return None
    return {name: values[0] for name, values in fields.items() if len(values) == 1}


def local_path(target: str) -> str:
    """Only a plain path of our own: never another site, nothing after `?` or `#`."""
    return target if re.fullmatch(r"/(?:[a-z0-9_-]+/?)*", target) and len(target) <= 100 else "/"


def _visitor(request: Request) -> str:
    return visitor(request.scope.get("client"))


def _please_wait(wait_s: float) -> str:
    seconds = math.ceil(wait_s)
    count = math.ceil(seconds / 60) if seconds > 90 else seconds
    return say("door.wait", wait=say("door.minutes" if seconds > 90 else "door.seconds", count=count))


def _slow_down(response: Response, wait_s: float) -> Response:
    response.headers["Retry-After"] = str(math.ceil(wait_s))
    return response


async def _in_thread(work: Callable[..., T], *values: object) -> T:
    """Database work does not hold up the other visitors."""
    return await anyio.to_thread.run_sync(work, *values)


async def _hashing(work: Callable[..., T], *values: object) -> T:
    """Argon2 takes 64 MiB and a core: two at a time, the rest waits its turn."""
    return await anyio.to_thread.run_sync(work, *values, limiter=_hash_limiter())


@functools.cache
def _hash_limiter() -> anyio.CapacityLimiter:
    return anyio.CapacityLimiter(2)
