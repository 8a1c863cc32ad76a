"""The store of one folder: every operation on drafts, in one transaction each."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any, cast

from app.application import Application, dump
from app.attachments import Attachment
from app.session import Memory
from app.store import blobs, recovery, versions
from app.store.core import Core, application_of, checked_facts, healing, uncollected
from app.store.records import Draft, Facts, Summary, Version
from app.store.schema import DOCUMENTS, put
from forms.checks import Peer
from forms.text import same_name

PROFILE = "profile"
LEVEL = 1
"""zlib's fastest: a draft is compressed at every save, and Chinese text gains little from more."""


class Store(Core):
    """Drafts, attachments, versions, profile and settings of one folder, from :meth:`open` to :meth:`close`. Every method may be
    called from any thread; all raise StoreError with a sentence that says what to do, and then nothing has changed."""

    # --- drafts ------------------------------------------------------------------------------------------------------------

    @healing
    def create(self, application: Application, memory: Memory | None = None, facts: Facts | None = None) -> str:
        """A new draft with its attachments; its id. Without ``facts`` the application is checked for them."""
        import uuid

        draft_id, now = uuid.uuid4().hex, self._now()
        facts = facts or checked_facts(application)
        document = zlib.compress(dump(application), LEVEL)
        with self._changing() as connection:
            entries = [blobs.keep(connection, entry) for entry in application.attachments]
            remembered = json.dumps((memory or Memory()).as_json())
            revision = self._next()
            put(connection, DOCUMENTS, (draft_id, now, revision, blobs.entries_json(entries), remembered, document))
            row = recovery.empty_row(draft_id)
            row = versions.with_facts(row, facts, same_name(facts.unit), created=now, saved=now, revision=revision)
            self._list(connection, row)
        return row[0]

    @healing
    def load(self, draft_id: str, *call_folders: Path) -> Draft:
        """A draft with its attachments, whose bytes are read when they are wanted. Raises UnknownDraft, AppError (call unknown)."""
        with self._database.reading() as connection:
            row = self._document(connection, draft_id)
            attachments = self._attachments(connection, row[3])
        application = application_of(row[5], attachments, call_folders)
        return Draft(draft_id, application, Memory.from_json(json.loads(row[4])), self.summary(draft_id))

    @healing
    def save(self, draft_id: str, document: bytes, memory: dict[str, Any], facts: Facts) -> float:
        """Save a draft's state: the draft file's bytes and what the list shows. Returns the time of the commit, seconds since 1970.
        Now and then the state before is kept as a version. Attachments are another matter: :meth:`set_attachments`."""
        data, remembered, now = zlib.compress(document, LEVEL), json.dumps(memory), self._now()
        with self._changing() as connection:
            former, listed = self._document(connection, draft_id), self._row(connection, draft_id)
            if former[5] != data and versions.due(connection, draft_id, now):
                versions.keep(connection, former, listed.facts, versions.AUTOMATIC, now, for_good=False)
                versions.thin(connection, draft_id, now)
            revision = self._next()
            put(connection, DOCUMENTS, (draft_id, now, revision, former[3], remembered, data))
            row = versions.with_facts(listed, facts, same_name(facts.unit), saved=now, revision=revision)
            self._list(connection, row)
        return now

    @healing
    def set_attachments(self, draft_id: str, attachments: Sequence[Attachment]) -> list[Attachment]:
        """Make these, in this order, the draft's attachments: their bytes are copied into the store, each file once. Returns them as
        the store gives them out, for the session to go on with. All or nothing; raises AppError for a file that cannot be read."""
        with self._changing() as connection:
            former, listed = self._document(connection, draft_id), self._row(connection, draft_id)
            attached = blobs.entries_json([blobs.keep(connection, entry) for entry in attachments])
            now, revision = self._now(), self._next()
            if attached != former[3]:
                versions.keep(connection, former, listed.facts, versions.AUTOMATIC, now, for_good=False)
                versions.thin(connection, draft_id, now)
            put(connection, DOCUMENTS, (draft_id, now, revision, attached, former[4], former[5]))
            row = listed._replace(saved=now, revision=revision)
            self._list(connection, row)
            blobs.remove_orphans(connection)
            return self._attachments(connection, attached)

    @healing
    def summaries(self, binned: bool = False) -> list[Summary]:
        """The drafts, or those in the bin, the newest first."""
        self._complete()
        return self._sorted(binned)

    def newest(self) -> tuple[list[Summary], int, int]:
        """What is known of the list without reading more of it: the newest drafts, as :meth:`summaries` gives them, how many there are in
        all, and how many in the bin."""
        partial, listed = self._partial, self._sorted()
        return listed, *(partial or (len(listed), len(self._sorted(binned=True))))

    def _sorted(self, binned: bool = False) -> list[Summary]:
        with uncollected():
            found = [entry for entry in list(self._listed.values()) if (entry.binned is not None) is binned]
            return sorted(found, key=attrgetter("saved", "id"), reverse=True)

    @healing
    def summary(self, draft_id: str) -> Summary:
        """One draft's summary. Raises UnknownDraft."""
        listed = self._known(draft_id)
        if draft_id in self._unchecked:
            with self._database.reading() as connection:
                self._row(connection, draft_id)
            self._unchecked.discard(draft_id)
        return listed

    @healing
    def duplicate(self, draft_id: str) -> str:
        """A copy as a new draft: answers and attachments, neither versions nor the export nor the hand-over steps."""
        import uuid

        copy, now = uuid.uuid4().hex, self._now()
        with self._changing() as connection:
            document, listed, revision = self._document(connection, draft_id), self._row(connection, draft_id), self._next()
            memory = Memory.from_json(json.loads(document[4]))
            memory.steps.clear()
            put(connection, DOCUMENTS, (copy, now, revision, document[3], json.dumps(memory.as_json()), document[5]))
            blank = {"exported_code": "", "exported": None, "binned": None}
            row = listed._replace(id=copy, created=now, saved=now, revision=revision, **blank)
            self._list(connection, row)
        return row[0]

    def bin(self, draft_id: str) -> None:
        """Move a draft to the bin."""
        self._change(draft_id, binned=self._now())

    def restore(self, draft_id: str) -> None:
        """Take a draft out of the bin."""
        self._change(draft_id, binned=None)

    @healing
    def mark_exported(self, draft_id: str, code: str) -> None:
        """A final export with this 校验码 is done: the state is kept as a version for good."""
        with self._changing() as connection:
            document, listed = self._document(connection, draft_id), self._row(connection, draft_id)
            now = self._now()
            versions.keep(connection, document, listed.facts, versions.EXPORTED, now, for_good=True)
            row = listed._replace(exported_code=code, exported=now, revision=self._next())
            self._list(connection, row)

    @healing
    def _change(self, draft_id: str, **changes: Any) -> None:
        with self._changing() as connection:
            row = self._row(connection, draft_id)._replace(revision=self._next(), **changes)
            self._list(connection, row)

    @healing
    def peers(self, draft: Draft) -> list[Peer]:
        """The other applications of the same unit for the same call, those in the bin left out. The unit is the one that the draft's
        application names now, saved or not."""
        answers = draft.application.answers_without_files()
        unit, call = same_name(answers.text("unit.name")), draft.application.call.id
        self._complete()
        found = [entry for entry in list(self._listed.values()) if entry.unit_key == unit and entry.call == call]
        return [Peer(entry.unit, entry.project) for entry in found if unit and entry.id != draft.id and entry.binned is None]

    # --- removing for good -------------------------------------------------------------------------------------------------

    @healing
    def purge(self, draft_id: str) -> None:
        """Remove a draft for good, from the backups too: no trace of its text stays in the folder. Backups are rewritten and the
        store is, so this may take seconds where there are large attachments."""
        self._known(draft_id)
        self._purge([draft_id])

    @healing
    def empty_bin(self) -> None:
        """Remove all drafts in the bin for good."""
        ids = [entry.id for entry in self.summaries(binned=True)]
        if ids:
            self._purge(ids)

    @healing
    def _purge(self, ids: list[str]) -> None:
        """What is to go is written down first, so that a purge cut short is carried on at the next opening."""
        self.set_setting(recovery.PURGING, sorted({*self.setting(recovery.PURGING, []), *ids}))
        self._finish_purge()

    # --- versions ----------------------------------------------------------------------------------------------------------

    @healing
    def versions(self, draft_id: str) -> list[Version]:
        """A draft's earlier states, the newest first."""
        self._known(draft_id)
        with self._database.reading() as connection:
            return versions.listed(connection, draft_id)

    @healing
    def version(self, draft_id: str, number: int, *call_folders: Path) -> Application:
        """An earlier state, attachments included. Raises StoreError where it has been thinned out."""
        with self._database.reading() as connection:
            row = self._version(connection, draft_id, number)
            attachments = self._attachments(connection, row[7])
        return application_of(row[8], attachments, call_folders)

    @healing
    def keep_version(self, draft_id: str, reason: str) -> None:
        """Keep the present saved state for good."""
        with self._changing() as connection:
            document = self._document(connection, draft_id)
            facts = self._row(connection, draft_id).facts
            versions.keep(connection, document, facts, versions.plain(reason), self._now(), for_good=True)

    @healing
    def restore_version(self, draft_id: str, number: int) -> None:
        """Go back to an earlier state; the present one is kept as a version first."""
        with self._changing() as connection:
            document, version = self._document(connection, draft_id), self._version(connection, draft_id, number)
            now, revision = self._now(), self._next()
            listed = self._row(connection, draft_id)
            versions.keep(connection, document, listed.facts, versions.BEFORE_RESTORE, now, for_good=True)
            put(connection, DOCUMENTS, (draft_id, now, revision, version[7], document[4], version[8]))
            facts = versions.facts_from(version[6])
            row = versions.with_facts(listed, facts, same_name(facts.unit), saved=now, revision=revision)
            self._list(connection, row)

    # --- profile and settings ------------------------------------------------------------------------------------------------

    def profile(self) -> dict[str, Any]:
        """The unit's own data, by field id."""
        return cast(dict[str, Any], self.setting(PROFILE, {}))

    def set_profile(self, values: dict[str, Any]) -> None:
        """Replace the unit's data."""
        self.set_setting(PROFILE, values)
