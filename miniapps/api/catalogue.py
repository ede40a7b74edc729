"""The catalogue, favourites and recent services."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from core.access import resident_of
from core.bodies import answer, read_query
from core.ids import ServiceId
from core.pages import Page
from miniapps import catalogue
from miniapps.api.schemas import (
    CatalogueQuery,
    Category,
    CategoryList,
    Service,
    ServiceList,
    detail_of,
)
from miniapps.api.state import MiniappsState
from miniapps.catalogue import Place, Wanted
from miniapps.errors import ServiceUnknown


async def list_services(request: Request[MiniappsState]) -> Response:
    query = read_query(request, CatalogueQuery)
    wanted = Wanted(
        text=query.q,
        category=query.category,
        kind=query.kind,
        life_event=query.life_event,
        department=query.department,
    )
    found = await request.state["catalogue"].find(wanted, after=Place.read(query.cursor) if query.cursor else None)
    shown = found[: query.limit]
    following = str(shown[-1].place) if len(found) > query.limit else None
    return answer(Page[Service](items=[Service.of(each.service) for each in shown], next=following))


async def show_service(request: Request[MiniappsState]) -> Response:
    service = await request.state["services"].live(_service_id(request))
    if service is None:
        raise ServiceUnknown("Take an id from /api/v1/services.")
    titles = await request.state["scope_titles"].of(service.manifest)
    rating = await request.state["ratings"].summary(service.id)
    return answer(detail_of(service, dict(titles), rating))


async def list_categories(request: Request[MiniappsState]) -> Response:
    return answer(_counted(await request.state["catalogue"].categories()))


async def list_life_events(request: Request[MiniappsState]) -> Response:
    return answer(_counted(await request.state["catalogue"].life_events()))


async def list_departments(request: Request[MiniappsState]) -> Response:
    return answer(_counted(await request.state["catalogue"].departments()))


async def list_favourites(request: Request[MiniappsState]) -> Response:
    kept = await request.state["keepsakes"].favourites(resident_of(request).account)
    return answer(ServiceList(items=[Service.of(each) for each in kept]))


async def add_favourite(request: Request[MiniappsState]) -> Response:
    await request.state["keepsakes"].add_favourite(resident_of(request).account, _service_id(request))
    return Response(status_code=204)


async def remove_favourite(request: Request[MiniappsState]) -> Response:
    await request.state["keepsakes"].remove_favourite(resident_of(request).account, _service_id(request))
    return Response(status_code=204)


async def list_recents(request: Request[MiniappsState]) -> Response:
    opened = await request.state["keepsakes"].recents(resident_of(request).account)
    return answer(ServiceList(items=[Service.of(each) for each in opened]))


async def note_opened(request: Request[MiniappsState]) -> Response:
    await request.state["keepsakes"].note_opened(resident_of(request).account, _service_id(request))
    return Response(status_code=204)


def _counted(found: list[catalogue.Category]) -> CategoryList:
    return CategoryList(items=[Category(id=each.id, name=each.name, count=each.count) for each in found])


def _service_id(request: Request[Any]) -> ServiceId:
    return ServiceId(request.path_params["service_id"])
