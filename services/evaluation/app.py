"""The evaluation service."""

from fastapi import FastAPI

from services.evaluation import api, consumers, jobs
from services.evaluation.clients import SigningProcesses
from services.evaluation.settings import Settings
from services.evaluation.usecases.office import Office
from wushe.app import create_service
from wushe.identity import derive
from wushe.inbox import Consumers


def create_app(settings: Settings | None = None) -> FastAPI:
    """Put the service together."""
    settings = settings or Settings()
    signing = SigningProcesses(settings.signing_processes)
    office = Office(kek=_kek(settings), signing=signing)
    app = create_service(
        "evaluation",
        settings,
        routers=api.routers,
        consumers=consumers.listen(Consumers()),
        sweeps=jobs.schedule(office),
        extra_databases={"ballots": settings.ballots_database_url},
    )
    office.state, app.state.office = app.state, office
    app.state.background.append(signing.until)
    return app


def _kek(settings: Settings) -> bytes:
    if settings.kek_file is None:
        return derive(settings.development_root, "evaluation issuing keys")
    return settings.kek_file.read_bytes()
