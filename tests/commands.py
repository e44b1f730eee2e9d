"""Runs the `desamart` command as a process of its own, on the data of a test."""

import os
import subprocess
import sys
from pathlib import Path

from marketplace.config import Config


def desamart(config: Config, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `desamart <words>` and wait for it; its exit code and what it wrote."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DESAMART_")}
    own = {
        "DESAMART_MODE": "demo",
        "DESAMART_DATABASE_URL": config.database_url,
        "DESAMART_DATA_DIR": str(config.data_dir),
        "DESAMART_SECRET_KEY": config.secret_key,
        "DESAMART_PUBLIC_URL": config.public_url,
    }
    program = Path(sys.executable).with_name("desamart")
    return subprocess.run(
        [program, *words], env=kept | own, capture_output=True, text=True, timeout=60, check=False
    )
