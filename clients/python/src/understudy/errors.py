"""What goes wrong, as exceptions.

`ApiError` is an answer of the service and carries its problem document (RFC 9457). `ServiceUnreachable` says that
there is no answer. Both are an `UnderstudyError`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import httpx

__all__ = [
    "ApiError",
    "BadRequest",
    "Conflict",
    "Forbidden",
    "NotFound",
    "ServiceUnreachable",
    "Unauthorized",
    "Unavailable",
    "UnderstudyError",
]


class UnderstudyError(Exception):
    """The root of all errors of this package."""


class ServiceUnreachable(UnderstudyError):
    """No answer: no connection, none in time, or one that broke. `__cause__` is the error of httpx.

    Whether a change was made is not known, unless the connection could not be made at all.
    """


class ApiError(UnderstudyError):
    """An answer that is an error, with its problem document.

    Attributes:
        status: the HTTP status, such as 409
        title: the kind of error, such as "Conflict"
        detail: which field, what was got and what is allowed, or what to do next
        problem: the whole problem document
        headers: of the answer
    """

    _BY_STATUS: ClassVar[dict[int, type[ApiError]]] = {}

    def __init__(self, status: int, problem: Mapping[str, Any], headers: Mapping[str, str], call: str) -> None:
        super().__init__(status, problem, headers, call)
        self.status = status
        self.title = str(problem.get("title", ""))
        self.detail = str(problem.get("detail", ""))
        self.problem = dict(problem)
        self.headers = headers
        self._call = call

    def __str__(self) -> str:
        return f"{self._call}: {self.status} {self.title}: {self.detail}"

    def __init_subclass__(cls, *, status: int, **rest: Any) -> None:
        super().__init_subclass__(**rest)
        ApiError._BY_STATUS[status] = cls

    @staticmethod
    def of(response: httpx.Response) -> ApiError:
        """The error that an answer is; one of the service, or of a proxy before it, which has no problem document."""
        try:
            problem = response.json()
        except ValueError:
            problem = None
        if not isinstance(problem, dict):
            problem = {
                "title": response.reason_phrase,
                "status": response.status_code,
                "detail": response.text[:500],
            }
        kind = ApiError._BY_STATUS.get(response.status_code, ApiError)
        request = response.request
        return kind(response.status_code, problem, response.headers, f"{request.method} {request.url.path}")


class BadRequest(ApiError, ValueError, status=400):
    """A value is not allowed; the detail names the field. It is a `ValueError`, too."""


class Unauthorized(ApiError, status=401):
    """No token, or one that the service does not know."""


class Forbidden(ApiError, status=403):
    """The token's role does not allow this call, or another person has to make it."""


class NotFound(ApiError, ValueError, status=404):
    """There is no such test, event, ramp, approval or reload. It is a `ValueError`, too."""


class Conflict(ApiError, status=409):
    """The call contradicts what is there: an id that is in use, a verdict that is not promote, another generation."""


class Unavailable(ApiError, status=503):
    """The service cannot do it now: control gave no answer, or the database is away."""
