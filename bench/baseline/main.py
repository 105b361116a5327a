"""One process, one environment: the clinic over MCP at /mcp. HOST, PORT and DATABASE_PATH set it up."""

import os

import uvicorn
from fastapi import FastAPI
from fastapi_mcp import FastApiMCP

from . import appointments, care, doctors, money, pharmacy
from .database import Base, SessionLocal, engine
from .seed import seed

app = FastAPI(
    title="clinic", description="Book visits, fill prescriptions and settle bills at an outpatient clinic."
)
for routes in (doctors, appointments, pharmacy, care, money):
    app.include_router(routes.router)


def main() -> None:
    Base.metadata.create_all(engine)
    with SessionLocal() as db, db.begin():
        seed(db)
    FastApiMCP(app).mount_http()
    uvicorn.run(
        app, host=os.getenv("HOST", "127.0.0.1"), port=int(os.getenv("PORT", "8001")), log_level="warning"
    )


if __name__ == "__main__":
    main()
