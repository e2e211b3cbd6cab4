//! The headers that every reply has: pages from anywhere may call, and may read what clients read.

/// Header lines. Constant, so that they need not be kept with each captured reply.
pub(crate) const EVERYWHERE: &str = "access-control-allow-origin: *\r\n\
    access-control-expose-headers: x-request-id, openai-model, openai-organization, openai-processing-ms, \
    openai-project, openai-version, retry-after, retry-after-ms, x-ratelimit-limit-requests, \
    x-ratelimit-limit-tokens, x-ratelimit-remaining-requests, x-ratelimit-remaining-tokens, \
    x-ratelimit-reset-requests, x-ratelimit-reset-tokens\r\n";
