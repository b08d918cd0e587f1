"""Every setting, from the environment (`VERTELPUNT_...`) or a `.env` file.

`docs/settings.md` is tested against this module.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

DEFAULT_MASTER_KEY = Path("~/.config/vertelpunt/master.key")


class Settings(BaseSettings):
    """Where things are kept and how careful we are. Each field's description is the settings table of the docs."""

    model_config = SettingsConfigDict(
        env_prefix="VERTELPUNT_", env_file=".env", extra="ignore", frozen=True, protected_namespaces=()
    )

    data_dir: Path = Field(Path("data"), description="Map voor database en media van deze installatie.")
    database_url: str = Field(
        "", description="SQLAlchemy-URL; leeg is SQLite in de datamap. PostgreSQL: postgresql+psycopg://..."
    )
    media_url: str = Field(
        "", description="fsspec-URL voor verzegelde media; leeg is een map in de datamap. S3: s3://emmer/pad"
    )
    master_key_file: Path = Field(
        DEFAULT_MASTER_KEY, description="Hoofdsleutel, buiten de datamap. Wordt bij de eerste start gemaakt."
    )
    address: str = Field("127.0.0.1", description="Adres waarop de app luistert.")
    port: int = Field(8501, description="Poort waarop de app luistert.")
    public_url: str = Field(
        "",
        description="Adres waarop bezoekers de app zien; leeg is http://localhost:<port>. Met https: Secure cookies.",
    )
    model: str = Field(
        "large-v2", description="Whisper-model voor de definitieve tekst: een naam of een map met een model."
    )
    draft_model: str = Field(
        "small",
        description="Sneller Whisper-model voor een eerste concept. Leeg, of niet op deze computer: geen concept.",
    )
    model_dir: Path | None = Field(
        None, description="Map waarin spraakmodellen staan; leeg is de standaard van faster-whisper."
    )
    engine: Literal["faster-whisper", "openai-whisper"] = Field(
        "faster-whisper",
        description="Programma dat luistert: faster-whisper, of openai-whisper (apart te installeren, langzamer).",
    )
    prompt: str = Field(
        "",
        description="Proef: zin die Whisper vooraf leest, bijvoorbeeld met namen van plaatsen. Kan woorden doen "
        "verzinnen; leeg is het veiligst.",
    )
    language: str = Field(
        "nl", description="Taal van de verhalen, tenzij Whisper zeker een andere hoort; auto laat Whisper kiezen."
    )
    cpu_threads: int = Field(2, ge=1, description="Rekendraden voor Whisper.")
    max_audio_hours: float = Field(
        4.0, gt=0, description="Langste opname die wordt aangenomen, in uren gedecodeerd geluid."
    )
    max_upload_mb: int = Field(1000, gt=0, description="Grootste bestand dat een bezoeker kan sturen, in MB.")
    max_upload_mb_per_hour: int = Field(3000, gt=0, description="Wat een bezoeker per uur in totaal kan sturen, in MB.")
    session_idle_minutes: int = Field(
        30, ge=1, description="Na zo veel minuten niets doen is een medewerker uitgelogd."
    )
    session_hours: int = Field(8, ge=1, description="Langste duur van een sessie, in uren.")
    grace_days: int = Field(
        7,
        ge=0,
        description="Dagen tussen intrekken van alles en het vernietigen van de sleutel. De tekst voor vertellers "
        "noemt dit getal: verandert u het, doe dan bij Regels ook een voorstel voor een nieuwe tekst.",
    )
    desk_days: int = Field(
        14,
        ge=1,
        le=365,
        description="Dagen waarin de redactie namen en thema's van een verhaal nakijkt en het aanbiedt.",
    )
    release_days: int = Field(
        7, ge=1, le=365, description="Dagen waarin een tweede lezer leest en een vrijgever beslist."
    )
    read_back_days: int = Field(
        14, ge=1, le=365, description="Dagen waarin een verhaal aan de verteller is teruggelezen."
    )
    pause_days: int = Field(2, ge=1, le=365, description="Dagen waarin iemand kijkt naar een verhaal dat stilstaat.")
    fewest_tellers: int = Field(
        5,
        ge=3,
        description="Bij Inzichten: groepen van minder vertellers krijgen geen getal en geen citaten, en getallen zijn "
        "zo breed ('5 tot 9').",
    )
    helpline_days: int = Field(
        365,
        ge=30,
        le=3650,
        description="Dagen waarna iemand opnieuw nakijkt of het nummer van een hulplijn klopt.",
    )
    organisation: str = Field("", description="Naam van uw organisatie: wie de verhalen bewaart. Staat op het bewijs.")
    privacy_contact: str = Field(
        "", description="Waar vertellers vragen over hun gegevens stellen: een telefoonnummer of e-mailadres."
    )
    safeguarding_contact: str = Field("", description="Wie er gebeld wordt als een verhaal op gevaar wijst.")
    mail_provider: Literal["anders", "mailchimp", "listmonk", "brevo", "copernica"] = Field(
        "anders",
        description="Mailprogramma waarmee u de nieuwsbrief verstuurt: dan kent de app de code van de uitschrijflink. "
        "Staat het er niet bij (Laposta, Spotler, ...): anders.",
    )
    unsubscribe: str = Field(
        "[[uitschrijflink]]",
        description="Bij anders: de code van uw mailprogramma voor de uitschrijflink, of een https-adres.",
    )
    call_link: str = Field(
        "", description="Waar de knop onder een nieuwsbrief heen leidt (https of mailto); leeg is geen knop."
    )
    podcast_url: str = Field(
        "[[podcastadres]]", description="Map op het web waar afleveringen komen te staan (https), of een code ervoor."
    )
    s3_endpoint: str = Field("", description="Adres van een S3-dienst die niet van AWS is.")
    s3_key: SecretStr = Field(SecretStr(""), description="Toegangssleutel voor S3.")
    s3_secret: SecretStr = Field(SecretStr(""), description="Geheim voor S3.")

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{(self.data_dir / 'vertelpunt.db').absolute()}"

    @property
    def media(self) -> str:
        return self.media_url or str((self.data_dir / "media").absolute())

    @property
    def own_recogniser(self) -> Path:
        """Folder of a recogniser of names that learned from this installation's editors, once somebody accepted one."""
        return self.data_dir / "ner"

    @property
    def recogniser_candidate(self) -> Path:
        """One that was built and does not count yet."""
        return self.data_dir / "ner-candidate"

    @property
    def master_key(self) -> Path:
        return self.master_key_file.expanduser()

    @property
    def origin(self) -> str:
        return self.public_url.rstrip("/") or f"http://localhost:{self.port}"
