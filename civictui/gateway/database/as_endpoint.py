"""The gateway's database as one side of a replication that runs beside it, in one user's name."""

from collections.abc import Mapping, Sequence

from civictui.domain.errors import Refused
from civictui.domain.model import Doc
from civictui.domain.ports import Changes, EndpointInfo, Seq, WriteFailure
from civictui.gateway.database.port import NAME, Database
from civictui.gateway.problems import Problem
from civictui.gateway.viewer import Viewer


class DatabaseEndpoint:
    """`Endpoint`; what comes in is reviewed like everybody's. Problem is raised as Refused."""

    def __init__(self, database: Database, viewer: Viewer, identity: str) -> None:
        self._database = database
        self._viewer = viewer
        self._identity = identity

    async def info(self) -> EndpointInfo:
        try:
            found = await self._database.info()
        except Problem as problem:
            raise _refused(problem) from problem
        return EndpointInfo(NAME, found["update_seq"], self._identity)

    async def changes(
        self,
        since: Seq,
        *,
        limit: int,
        descending: bool = False,
        wait: float = 0,
        include_docs: bool = False,
    ) -> Changes:
        """Nothing is waited for."""
        try:
            place = await self._database.position(str(since))
            return await self._database.changes(
                place, limit, descending=descending, include_docs=include_docs
            )
        except Problem as problem:
            raise _refused(problem) from problem

    async def revs_diff(self, revs: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        try:
            found = await self._database.revs_diff(revs)
        except Problem as problem:
            raise _refused(problem) from problem
        return {key: list(said["missing"]) for key, said in found.items()}

    async def bulk_get(self, wanted: Sequence[tuple[str, str]]) -> list[Doc]:
        try:
            found = await self._database.bulk_get([(key, rev) for key, rev in wanted])
        except Problem as problem:
            raise _refused(problem) from problem
        return [doc for doc in found if doc is not None]

    async def bulk_docs(self, docs: Sequence[Doc]) -> list[WriteFailure]:
        try:
            return await self._database.bulk_docs(docs, self._viewer)
        except Problem as problem:
            raise _refused(problem) from problem

    async def get_local(self, name: str) -> Doc | None:
        try:
            return await self._database.get_local(self._viewer.user, name)
        except Problem as problem:
            raise _refused(problem) from problem

    async def put_local(self, name: str, body: Doc) -> None:
        try:
            await self._database.put_local(self._viewer.user, name, body)
        except Problem as problem:
            raise _refused(problem) from problem


def _refused(problem: Problem) -> Refused:
    return Refused(problem.status, problem.code, problem.reason)
