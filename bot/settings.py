"""What the environment says. Every missing or wrong name is reported at once."""

from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import UserError


class Settings(BaseSettings):
    """The environment names that `.env.example` explains; a `.env` file beside the process is read too."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    slack_bot_token: str = ""
    slack_app_token: str = ""
    slack_signing_secret: str = ""
    slack_api_url: str = "https://slack.com/api/"
    database_url: str = "sqlite:///data/parley.db"
    parley_templates: Path | None = None
    parley_log_level: str = "info"

    @property
    def is_slack_itself(self) -> bool:
        return self.slack_api_url.startswith("https://slack.com/")


def load() -> Settings:
    """The settings. Raises UserError naming everything that is wrong with them."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(f"{fault['loc'][0]}: {fault['msg']}".upper() for fault in error.errors())
        raise UserError(f"These settings are wrong: {wrong}. `.env.example` explains each of them.") from error


def check_socket_mode(settings: Settings) -> None:
    """Raises UserError naming every token that Socket Mode needs and does not have."""
    missing = []
    if not settings.slack_bot_token.startswith("xoxb-"):
        missing.append("SLACK_BOT_TOKEN (begins with xoxb-)")
    if not settings.slack_app_token.startswith("xapp-"):
        missing.append("SLACK_APP_TOKEN (begins with xapp-)")
    if missing:
        raise UserError(
            f"Parley cannot connect to Slack without {' and '.join(missing)}. Put them in the environment or "
            "in a file named .env; the README says where Slack shows them. `make demo` needs none."
        )
