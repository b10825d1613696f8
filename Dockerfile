# Two stages: assets from npm, then the product without Node.
FROM node:20-slim AS assets
WORKDIR /assets
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 VAR_DIR=/var/lib/perennial
RUN useradd --create-home --uid 1000 perennial && install -d -o perennial /var/lib/perennial
WORKDIR /app
COPY requirements/runtime.lock requirements/runtime.lock
RUN pip install --no-cache-dir --require-hashes -r requirements/runtime.lock
COPY --from=assets /assets/node_modules node_modules
COPY . .
RUN pybabel compile --domain django --directory locale; \
    python manage.py collectstatic --noinput --verbosity 0 && chown -R perennial /app/staticfiles /var/lib/perennial
USER perennial
EXPOSE 8000
CMD ["python", "manage.py", "start"]
