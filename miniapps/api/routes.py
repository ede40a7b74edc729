"""The mini-services' part of the app host's URL space."""

from core.access import Scope, needs, public, resident
from core.database import DatabaseBusy
from core.operations import Operation
from core.pages import Page
from miniapps.api import catalogue, publishing
from miniapps.api.schemas import (
    CatalogueQuery,
    CategoryList,
    ReleaseAnswer,
    Service,
    ServiceDetail,
    ServiceList,
)
from miniapps.errors import (
    ManifestRefused,
    NotYourService,
    PackageRefused,
    PackageTooLarge,
    ReleaseSuperseded,
    ReleaseUnknown,
    ServiceUnknown,
    VersionNotNewer,
)

_CATALOGUE = (
    Operation(
        method="GET",
        path="/api/v1/services",
        endpoint=catalogue.list_services,
        guard=public,
        summary="Services, by category, kind, event of life, department or what the resident types",
        tag="services",
        query=CatalogueQuery,
        answer=Page[Service],
    ),
    Operation(
        method="GET",
        path="/api/v1/services/{service_id}",
        endpoint=catalogue.show_service,
        guard=public,
        summary="One service, with what it asks of a resident and why",
        tag="services",
        answer=ServiceDetail,
        problems=(ServiceUnknown,),
    ),
    Operation(
        method="GET",
        path="/api/v1/categories",
        endpoint=catalogue.list_categories,
        guard=public,
        summary="The categories that have a service",
        tag="services",
        answer=CategoryList,
    ),
    Operation(
        method="GET",
        path="/api/v1/life-events",
        endpoint=catalogue.list_life_events,
        guard=public,
        summary="The events of life for which there is a service",
        tag="services",
        answer=CategoryList,
    ),
    Operation(
        method="GET",
        path="/api/v1/departments",
        endpoint=catalogue.list_departments,
        guard=public,
        summary="The departments that have a service",
        tag="services",
        answer=CategoryList,
    ),
)
_KEEPSAKES = (
    Operation(
        method="GET",
        path="/api/v1/favourites",
        endpoint=catalogue.list_favourites,
        guard=resident,
        summary="The resident's favourite services",
        tag="services",
        answer=ServiceList,
    ),
    Operation(
        method="PUT",
        path="/api/v1/favourites/{service_id}",
        endpoint=catalogue.add_favourite,
        guard=resident,
        summary="Keep a service at hand",
        tag="services",
        status=204,
        problems=(ServiceUnknown, DatabaseBusy),
    ),
    Operation(
        method="DELETE",
        path="/api/v1/favourites/{service_id}",
        endpoint=catalogue.remove_favourite,
        guard=resident,
        summary="No longer keep it at hand",
        tag="services",
        status=204,
        problems=(ServiceUnknown, DatabaseBusy),
    ),
    Operation(
        method="GET",
        path="/api/v1/recents",
        endpoint=catalogue.list_recents,
        guard=resident,
        summary="The services opened last",
        tag="services",
        answer=ServiceList,
    ),
    Operation(
        method="PUT",
        path="/api/v1/recents/{service_id}",
        endpoint=catalogue.note_opened,
        guard=resident,
        summary="Note that the resident opened a service",
        tag="services",
        status=204,
        problems=(ServiceUnknown, DatabaseBusy),
    ),
)
_PUBLISHING = (
    Operation(
        method="POST",
        path="/dept/v1/releases",
        endpoint=publishing.submit_release,
        guard=needs(Scope.RELEASES_WRITE),
        summary="Submit a package; the same package again gives the same release",
        tag="publishing",
        status=201,
        body_media=publishing.PACKAGE,
        answer=ReleaseAnswer,
        problems=(PackageRefused, PackageTooLarge, ManifestRefused, NotYourService, VersionNotNewer, DatabaseBusy),
    ),
    Operation(
        method="GET",
        path="/dept/v1/releases/{release_id}",
        endpoint=publishing.show_release,
        guard=needs(Scope.RELEASES_WRITE),
        summary="One of the department's releases",
        tag="publishing",
        answer=ReleaseAnswer,
        problems=(ReleaseUnknown,),
    ),
    Operation(
        method="POST",
        path="/dept/v1/releases/{release_id}/publication",
        endpoint=publishing.publish_release,
        guard=needs(Scope.RELEASES_WRITE),
        summary="Make a release the live one",
        tag="publishing",
        answer=ReleaseAnswer,
        problems=(ReleaseUnknown, ReleaseSuperseded, DatabaseBusy),
    ),
    Operation(
        method="GET",
        path="/schemas/manifest.json",
        endpoint=publishing.show_manifest_schema,
        guard=public,
        summary="The manifest's JSON Schema (2020-12)",
        tag="publishing",
        answer_media="application/schema+json",
    ),
)
OPERATIONS: tuple[Operation, ...] = (*_CATALOGUE, *_KEEPSAKES, *_PUBLISHING)
