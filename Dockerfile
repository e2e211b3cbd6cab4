# One static binary and nothing else. Builds for linux/amd64 and linux/arm64: the Alpine toolchain
# targets musl on the machine's own processor and links it statically.
FROM rust:1-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /build

# The dependencies and the tokenizer's tables, in a layer of their own that only a change of the manifest,
# the lock or the build script renews.
COPY Cargo.toml Cargo.lock build.rs ./
COPY build build
COPY src/tokens/layout.rs src/tokens/layout.rs
RUN echo 'fn main() {}' > src/main.rs \
    && touch src/lib.rs \
    && cargo build --release --locked

# The newer time stamps tell cargo that these are not the placeholders from above.
COPY src src
RUN touch src/main.rs src/lib.rs \
    && cargo build --release --locked

FROM scratch
COPY --from=build /build/target/release/openai-fake /openai-fake
# Inside a container loopback is reachable for nobody else.
ENV OPENAI_FAKE_HOST=0.0.0.0
# "nobody": the server needs no file, no home and no right.
USER 65534:65534
EXPOSE 4747
# Asks the port that the environment names, so it follows OPENAI_FAKE_PORT.
HEALTHCHECK --interval=2s --timeout=4s --start-period=5s --retries=5 CMD ["/openai-fake", "healthcheck"]
ENTRYPOINT ["/openai-fake"]
