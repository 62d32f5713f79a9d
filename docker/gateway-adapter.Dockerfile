# Build from the repository's top folder: docker build -f docker/gateway-adapter.Dockerfile -t beamline-gateway-adapter .

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json nest-cli.json ./
COPY proto proto
COPY libs libs
COPY apps apps
RUN npm run build:gateway-adapter

FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim
WORKDIR /app
# Inside a container loopback is nobody's; compose.yaml publishes on the host's loopback only.
ENV NODE_ENV=production GATEWAY_HOST=0.0.0.0
COPY package.json ./
COPY proto proto
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist/apps/gateway-adapter dist/apps/gateway-adapter
USER node
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.GATEWAY_PORT ?? 8080) + '/health/live').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "dist/apps/gateway-adapter/apps/gateway-adapter/src/main.js"]
