"""The results of intents, signed for the department of the service that asked."""

from collections.abc import Mapping
from typing import Any

from auth.acting_claims import called_by
from auth.subjects import Subjects, department_sector
from auth.tokens import Tokens
from core.ids import AccountId, DepartmentId, ServiceId

INTENT_RESULT = "intent-result+jwt"
LIFE_SECONDS = 600


class IntentResults:
    def __init__(self, tokens: Tokens, subjects: Subjects) -> None:
        self._tokens = tokens
        self._subjects = subjects

    async def sign(
        self, account: AccountId, department: DepartmentId, service: ServiceId, said: Mapping[str, Any]
    ) -> str:
        """A token for the department, about the resident as it knows them, with what was said for claims."""
        sub = await self._subjects.of(account, department_sector(department))
        claims = {**said, "aud": department, "sub": sub, **called_by(service)}
        return await self._tokens.sign(claims, INTENT_RESULT, LIFE_SECONDS)
