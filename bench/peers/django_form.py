"""A petition as a plain Django form: name, postcode, email, and a code by email before it counts.

Run by bench.browser with the peers' own Python, under gunicorn. Every signature is durable: SQLite
in WAL mode with synchronous=FULL, as Clamour's is.
"""

import hashlib
import os
import secrets
from pathlib import Path

import django
from django import forms
from django.conf import settings

settings.configure(
    SECRET_KEY="bench" * 10,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": Path(os.environ["PEER_FOLDER"]) / "peer.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
                "transaction_mode": "IMMEDIATE",
                "timeout": 60,
            },
        }
    },
    INSTALLED_APPS=["django.contrib.sessions"],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    EMAIL_HOST="127.0.0.1",
    EMAIL_PORT=int(os.environ.get("PEER_MAIL_PORT", "25")),
    USE_TZ=True,
)
django.setup()

from django.core.mail import send_mail  # noqa: E402 - Django has to be set up first
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect  # noqa: E402
from django.middleware.csrf import get_token  # noqa: E402
from django.template import engines  # noqa: E402
from django.urls import path  # noqa: E402

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Keep the unit</title>
<h1>Keep London's human trafficking unit</h1><p>{{ total }} have signed.</p>
{% if form %}<form method="post">
<input type="hidden" name="csrfmiddlewaretoken" value="{{ token }}">
{{ form.as_p }}<button>Sign</button></form>{% else %}<p>Thank you.</p>{% endif %}</html>"""


class Signature(models.Model):  # type: ignore[misc]
    name = models.CharField(max_length=100)
    postcode = models.CharField(max_length=10)
    email = models.EmailField(unique=True)
    code = models.CharField(max_length=64)
    confirmed = models.BooleanField(default=False, db_index=True)

    class Meta:
        app_label = "peer"


class SignForm(forms.ModelForm):  # type: ignore[misc]
    class Meta:
        model = Signature
        fields = ("name", "postcode", "email")


class CodeForm(forms.Form):  # type: ignore[misc]
    code = forms.RegexField(r"^\d{6}$")


def _page(request: HttpRequest, form: forms.BaseForm | None) -> HttpResponse:
    total = Signature.objects.filter(confirmed=True).count()
    template = engines["django"].from_string(PAGE)
    return HttpResponse(
        template.render({"form": form, "total": total, "token": get_token(request)})
    )


def sign(request: HttpRequest) -> HttpResponse:
    """The form; what is right in it is kept, and a code goes to the address."""
    form = SignForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    code = f"{secrets.randbelow(10**6):06}"
    with transaction.atomic():
        signature = form.save(commit=False)
        signature.code = hashlib.sha256(code.encode()).hexdigest()
        signature.save()
    send_mail(f"{code} is your code", f"Type {code}.", "petition@example.org", [signature.email])
    request.session["signature"] = signature.pk
    return HttpResponseRedirect("/code")


def confirm(request: HttpRequest) -> HttpResponse:
    """The code: the signature counts once it is right."""
    form = CodeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    typed = hashlib.sha256(form.cleaned_data["code"].encode()).hexdigest()
    with transaction.atomic():
        mine = Signature.objects.filter(pk=request.session.get("signature"), code=typed)
        mine.update(confirmed=True)
    return HttpResponseRedirect("/thanks")


def thanks(request: HttpRequest) -> HttpResponse:
    """The end."""
    return _page(request, None)


urlpatterns = [path("", sign), path("code", confirm), path("thanks", thanks)]
application = get_wsgi_application()

if __name__ == "__main__":
    with connection.schema_editor() as editor:
        editor.create_model(Signature)
