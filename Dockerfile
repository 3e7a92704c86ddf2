# The image holds the program and nothing else. Two ways to build it:
#
#   CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" ./cmd/restante
#   docker build -t restante .                       # takes ./restante, built beforehand
#
#   docker build -t restante --target compiled .     # compiles in an image that has Go, --build-arg BUILDER=…
#
# With buildah or podman add --format docker: their own format has no HEALTHCHECK.
ARG BUILDER=docker.io/library/golang:1.26

# Empty folders, to be handed to the user that the program runs as: one for mail, one for what the demo throws away.
FROM scratch AS empty
WORKDIR /data
WORKDIR /tmp

FROM scratch AS base
COPY --from=empty --chown=65532:65532 /data /data
COPY --from=empty --chown=65532:65532 /tmp /tmp
USER 65532:65532
ENV RESTANTE_DATA=/data RESTANTE_LISTEN=:8080
VOLUME /data
EXPOSE 8080
HEALTHCHECK CMD ["/restante", "healthcheck"]
ENTRYPOINT ["/restante"]
CMD ["serve"]

FROM ${BUILDER} AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /restante ./cmd/restante

FROM base AS compiled
COPY --from=build /restante /restante

FROM base AS prebuilt
COPY restante /restante
