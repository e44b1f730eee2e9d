"""Holds the Flask extensions, as bare instances; `create_app` joins them to the application.

Tables subclass `kit.columns.Base`, never `db.Model`: that keeps them typed, and their metadata in one place.
"""

from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect

db = SQLAlchemy()
login = LoginManager()
csrf = CSRFProtect()
babel = Babel()
limiter = Limiter(key_func=get_remote_address)
