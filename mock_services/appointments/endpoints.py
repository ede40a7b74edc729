"""HTTP in, HTTP out; the rules are elsewhere."""

from starlette.requests import Request
from starlette.responses import Response

from mock_services.appointments.answers import DaysQuery, HoldRequest, SitesQuery, SlotsQuery
from mock_services.appointments.bookings import Bookings
from mock_services.appointments.catalogue import Catalogue
from mock_services.appointments.places import District, Service, Site
from mock_services.appointments.slots import Slots
from mock_services.shared.idempotency import Ask
from mock_services.shared.operations import GuardState, respond, respond_made
from mock_services.shared.pages import PageQuery, decode_cursor, encode_cursor
from mock_services.shared.reading import read_body, read_idempotency_key, read_query
from mock_services.shared.wire import Page

CATALOGUE_SECONDS = 300


class State(GuardState):
    """What the lifespan hands to the endpoints."""

    catalogue: Catalogue
    slots: Slots
    bookings: Bookings
    issuer: str


async def list_districts(request: Request[State]) -> Response:
    districts = list(request.state["catalogue"].districts)
    return respond(Page[District](items=districts), max_age=CATALOGUE_SECONDS)


async def list_services(request: Request[State]) -> Response:
    services = list(request.state["catalogue"].services)
    return respond(Page[Service](items=services), max_age=CATALOGUE_SECONDS)


async def list_sites(request: Request[State]) -> Response:
    query = read_query(request, SitesQuery)
    start = decode_cursor(query.cursor, int)[0] if query.cursor else 0
    sites = request.state["catalogue"].sites(query.district, query.service)
    end = int(start) + query.limit
    following = encode_cursor(end) if end < len(sites) else None
    return respond(Page[Site](items=list(sites[int(start) : end]), next=following), max_age=CATALOGUE_SECONDS)


async def list_days(request: Request[State]) -> Response:
    query = read_query(request, DaysQuery)
    return respond(await request.state["slots"].days(request.path_params["site_id"], query.service))


async def list_slots(request: Request[State]) -> Response:
    query = read_query(request, SlotsQuery)
    return respond(await request.state["slots"].of_day(query.site, query.service, query.date))


async def hold_slot(request: Request[State]) -> Response:
    key = read_idempotency_key(request)
    body = await read_body(request, HoldRequest)
    resident = request.state["resident"]
    ask = Ask(resident.subject, "holdSlot", key, body.model_dump_json())
    made = await request.state["bookings"].hold(resident, body.slot_id, ask)
    return respond_made(made, request, request.state["issuer"])


async def confirm_booking(request: Request[State]) -> Response:
    subject = request.state["resident"].subject
    return respond(await request.state["bookings"].confirm(subject, request.path_params["booking_id"]))


async def cancel_booking(request: Request[State]) -> Response:
    subject = request.state["resident"].subject
    return respond(await request.state["bookings"].cancel(subject, request.path_params["booking_id"]))


async def list_bookings(request: Request[State]) -> Response:
    query = read_query(request, PageQuery)
    subject = request.state["resident"].subject
    return respond(await request.state["bookings"].page(subject, query.cursor, query.limit))


async def get_booking(request: Request[State]) -> Response:
    subject = request.state["resident"].subject
    return respond(await request.state["bookings"].find(subject, request.path_params["booking_id"]))
