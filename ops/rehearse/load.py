"""The load: threads in which people work through the plan while parts are killed."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from ops.rehearse.logbook import GAVE_UP, SWEEP, Logbook
from ops.rehearse.pages import NotDone, Visitor
from ops.rehearse.steps import DraftToFile, FileToImport, People

# Seconds between the beginnings of two filings of one person and of two imports: the plan lasts until the last kill.
CASE_EVERY, IMPORT_EVERY = 12.0, 20.0
PAUSE, LONGEST_PAUSE = 0.5, 4.0  # seconds before a person tries again, each time twice as long
LOOK_EVERY = 0.5  # seconds between two looks at a page
GIVES_UP = 300.0  # seconds after which a person stops trying

# Makes filings free again that the bureau assigns by load; each must then be assigned once.
FREE = "UPDATE filings_filing SET claimed_by_id = NULL, claimed_until = NULL WHERE id = ANY(%s)"
UNASSIGNED = "SELECT count(*) FROM filings_filing WHERE id = ANY(%s) AND claimed_by_id IS NULL"


class Load:
    """The simulated users of the portal at ``address``. ``database`` returns the address of the present primary."""

    def __init__(self, folder: Path, address: str, logbook: Logbook, database: Callable[[], str]) -> None:
        self.plan: dict[str, Any] = json.loads((folder / "plan.json").read_text())
        self.cases = [DraftToFile(case, folder, Visitor(address)) for case in self.plan["cases"]]
        self._folder, self._address, self._logbook, self._database = folder, address, logbook, database
        self._waiting: Iterator[DraftToFile] = iter(self.cases)
        self._lock, self._ending, self._abandoned = threading.Lock(), threading.Event(), threading.Event()
        self._threads: list[Future[None]] = []

    def start(self) -> None:
        """Start the threads: one for each verifier with a reviewer, and for imports, page and assignment."""
        pairs = list(zip(self.plan["verifiers"], self.plan["reviewers"], strict=True))
        pool = ThreadPoolExecutor(len(pairs) + 3)
        work: list[Callable[[], None]] = [partial(self._file, *pair) for pair in pairs]
        self._threads = [pool.submit(one) for one in (*work, self._import, self._look, self._assign)]

    def stop(self) -> None:
        """Stop the threads after the work they have begun; raise the error of a thread."""
        self._ending.set()
        for thread in self._threads:
            thread.result()

    def abandon(self) -> None:
        """Stop the threads at once, because the rehearsal has failed."""
        self._ending.set()
        self._abandoned.set()

    def _file(self, verifier: str, reviewer: str) -> None:
        """Take drafts one after the other from submission to their filing number."""
        people = People(Visitor(self._address), Visitor(self._address))
        password = self.plan["password"]
        self._until_done("sign in", 0, partial(people.verifier.sign_in, verifier, password))
        self._until_done("sign in", 0, partial(people.reviewer.sign_in, reviewer, password))
        while not self._ending.is_set() and (case := self._next()):
            began = time.time()
            steps: dict[str, Callable[[], None]] = {
                "sign in": partial(case.sign_in, password),
                "upload": case.upload,
                "submit": case.submit,
                "verify": partial(case.verify, people.verifier),
                "approve": partial(case.approve, people.reviewer),
            }
            for work, step in steps.items():
                if not self._until_done(work, case.filing, step):
                    break
            self._ending.wait(began + CASE_EVERY - time.time())

    def _next(self) -> DraftToFile | None:
        with self._lock:
            return next(self._waiting, None)

    def _import(self) -> None:
        """Import one file after the other."""
        for planned in self.plan["imports"]:
            if self._ending.is_set():
                return
            importer = Visitor(self._address)
            self._until_done("sign in", 0, partial(importer.sign_in, planned["importer"], self.plan["password"]))
            file = FileToImport(planned, self._folder, importer)
            began = time.time()
            if self._tried("import", file.hand_in) and self._tried("import", file.decide):
                self._logbook.done("import", planned["file"], began)
            self._ending.wait(began + IMPORT_EVERY - time.time())

    def _look(self) -> None:
        """Open a page of one's own again and again."""
        visitor = Visitor(self._address)
        self._until_done("sign in", 0, lambda: visitor.sign_in(self.plan["onlooker"], self.plan["password"]))
        while not self._ending.wait(LOOK_EVERY):
            began = time.time()
            try:
                came = visitor.open("/filings/").path == "/filings/"
            except NotDone as error:
                came = False
                self._logbook.failed("look", str(error))
            self._logbook.looked(began, came=came)

    def _assign(self) -> None:
        """Unassign filings and wait until the sweep has assigned them, again and again."""
        while not self._ending.is_set():
            began = time.time()
            if not self._asked(FREE):
                continue
            self._logbook.rounds.append(began)
            if not self._tried(SWEEP, self._are_assigned):
                return
            self._logbook.done(SWEEP, len(self._logbook.rounds) - 1, began)
            self._ending.wait(PAUSE)

    def _are_assigned(self) -> bool:
        return self._asked(UNASSIGNED) == [(0,)]

    def _asked(self, statement: str) -> list[Any]:
        """Return the rows of a statement about the assigned filings, or one that says how many were changed."""
        try:
            with psycopg.connect(self._database(), connect_timeout=2) as connection:
                done = connection.execute(statement, [self.plan["allotted"]])
                return done.fetchall() if done.description else [(done.rowcount,)]
        except psycopg.OperationalError:
            time.sleep(PAUSE)
            return []

    def _until_done(self, work: str, about: int, step: Callable[[], object]) -> bool:
        """Retry a step until it is confirmed, and log that; return False if it was given up."""
        began = time.time()
        if not self._tried(work, step):
            return False
        self._logbook.done(work, about, began)
        return True

    def _tried(self, work: str, step: Callable[[], object]) -> bool:
        """Retry a step until it raises nothing and doesn't return False; log its errors."""
        began, pause = time.time(), PAUSE
        while time.time() - began < GIVES_UP and not self._abandoned.is_set():
            try:
                if step() is not False:
                    return True
            except NotDone as error:
                self._logbook.failed(work, str(error))
                pause = min(2 * pause, LONGEST_PAUSE)
            time.sleep(pause)
        self._logbook.failed(work, GAVE_UP)
        return False
