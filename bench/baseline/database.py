"""The engine, sessions, and the simulated clock."""

import os
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

DATABASE_URL = os.getenv("DATABASE_PATH", "sqlite:///clinic.db")

engine = create_engine(DATABASE_URL, connect_args={"check_same_thread": False})
SessionLocal = sessionmaker(bind=engine, autoflush=True)


@event.listens_for(Engine, "connect")
def enable_foreign_keys(connection, _record) -> None:
    connection.execute("PRAGMA foreign_keys = ON")


class Base(DeclarativeBase):
    pass


class Clock:
    """Simulated time: ``start`` at the first call; one second passes with every call."""

    def __init__(self, start: datetime) -> None:
        self.now = start - timedelta(seconds=1)
        self._lock = threading.Lock()

    def tick(self) -> datetime:
        with self._lock:
            self.now += timedelta(seconds=1)
            return self.now


clock = Clock(datetime(2025, 3, 10, 8, 0, 0))


def get_db() -> Iterator[Session]:
    """A session a request: committed when the route returns, rolled back when it fails."""
    with SessionLocal() as db, db.begin():
        yield db


Db = Annotated[Session, Depends(get_db)]
Now = Annotated[datetime, Depends(clock.tick)]
