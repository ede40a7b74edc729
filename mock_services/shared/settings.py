"""Settings from the environment, prefix DEPARTMENT_."""

import ipaddress
from pathlib import Path
from typing import Annotated, Self

import jwt
from pydantic import AfterValidator, AnyHttpUrl, Field, FilePath, TypeAdapter, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "DEPARTMENT_"


def _origin(value: str) -> str:
    url = TypeAdapter(AnyHttpUrl).validate_python(value)
    if url.path not in {None, "/"} or url.query or url.fragment:
        raise ValueError("give scheme, host and port only")
    return value.rstrip("/")


def _loopback(value: str) -> str:
    if not ipaddress.ip_address(value).is_loopback:
        raise ValueError("only the gateway on this machine may reach the department: give a loopback address")
    return value


class DepartmentSettings(BaseSettings):
    """What every department's back end needs to know."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    issuer: Annotated[str, AfterValidator(_origin)] = Field(description="origin of the gateway, as in its assertions")
    jwks_url: str = Field(default="", description="where its keys are [<issuer>/oauth/jwks]")
    host: Annotated[str, AfterValidator(_loopback)] = Field(default="127.0.0.1", description="loopback address")
    port: int = Field(ge=1, le=65535, description="port to listen on")
    database: Path = Field(description="path of the SQLite file; made if missing")

    @property
    def keys_at(self) -> str:
        return self.jwks_url or f"{self.issuer}/oauth/jwks"


class NoticeSettings(DepartmentSettings):
    """The same, for a department that sends notices."""

    client_id: str = Field(min_length=1, description="who the department is at the gateway")
    client_key: FilePath = Field(description="path of its EC P-256 private key (PEM)")

    @model_validator(mode="after")
    def _key_signs(self) -> Self:
        try:
            jwt.encode({}, self.client_key.read_text(encoding="utf-8"), "ES256")
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise ValueError("CLIENT_KEY is no EC P-256 private key in PEM") from error
        return self


def complaint(error: ValidationError) -> str:
    """What is wrong with the environment, a variable a line."""
    lines = (f"  {_variable(detail['loc'])}{detail['msg']}" for detail in error.errors())
    return "\n".join(["The settings are not complete:", *lines])


def listing(settings: type[DepartmentSettings]) -> str:
    """The variables, a line each, for --help."""
    return "\n".join(
        f"  {PREFIX}{name.upper():<14} {field.description}{'' if field.is_required() else ' (optional)'}"
        for name, field in settings.model_fields.items()
    )


def _variable(location: tuple[int | str, ...]) -> str:
    return f"{PREFIX}{str(location[0]).upper()}: " if location else ""
