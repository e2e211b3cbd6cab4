//! What the headers tell of the rate limits: of 2,000,000 tokens a minute, how many a request leaves and when
//! they are back. And limits that are set: who is let in, who is not, and when.

use crate::support::CHAT;
use crate::support::Client;
use crate::support::Fake;
use crate::support::STREAM;
use crate::support::json;
use crate::support::refuses_as;
use crate::support::server_with;
use openai_fake::Config;
use openai_fake::Reply;
use openai_fake::Request;
use openai_fake::State;
use std::time::Duration;

/// A request's path and body, and the tokens that it is charged.
type Case = (&'static str, String, u64);

fn cases() -> Vec<Case> {
    let chat = |fields: &str| {
        let message = r#""messages":[{"role":"user","content":"Hello, you!"}]"#;
        format!(r#"{{"model":"gpt-4.1",{message}{fields}}}"#)
    };
    let long = "a ".repeat(70_000);
    let (chats, completions) = ("/v1/chat/completions", "/v1/completions");
    vec![
        // A quarter of the characters, rounded up, and two for each text; not the tokens.
        (chats, chat(""), 5),
        (chats, chat("").replace("you!", "you"), 5),
        (chats, chat("").replace("you!", "yours!!"), 6),
        // And the limit that is asked for, the newer parameter before the older one.
        (chats, chat(r#","max_tokens":100"#), 105),
        (chats, chat(r#","max_completion_tokens":200"#), 205),
        (chats, chat(r#","max_completion_tokens":5995"#), 6000),
        (chats, chat("").replace("Hello, you!", &long), 35_002),
        (
            chats,
            chat("")
                .replace(r#""Hello, you!""#, r#"[{"type":"text","text":"Hello"},{"type":"text","text":""}]"#),
            6,
        ),
        // The tokens, and the limit, which is 16 unless another is asked for.
        (completions, r#"{"model":"gpt-3.5-turbo-instruct","prompt":"Hello"}"#.to_owned(), 17),
        (
            completions,
            r#"{"model":"gpt-3.5-turbo-instruct","prompt":"Hello","max_tokens":99}"#.to_owned(),
            100,
        ),
        (
            completions,
            r#"{"model":"gpt-3.5-turbo-instruct","prompt":[[1],[2,3]],"max_tokens":5}"#.to_owned(),
            8,
        ),
        ("/v1/responses", r#"{"model":"gpt-4o","input":"Hello"}"#.to_owned(), 8),
        ("/v1/responses", r#"{"model":"gpt-4o","input":"Hello","max_output_tokens":92}"#.to_owned(), 100),
        ("/v1/embeddings", r#"{"model":"text-embedding-3-small","input":"Hello, you!"}"#.to_owned(), 4),
        ("/v1/embeddings", r#"{"model":"text-embedding-3-small","input":["Hello"," a"]}"#.to_owned(), 2),
    ]
}

#[test]
fn a_request_takes_from_the_tokens_of_a_minute() {
    let fake = Fake::new();
    for (path, body, charge) in cases() {
        let reply = fake.post(path, &body);
        assert_eq!(reply.status, 200, "{path} {body:.100}");
        // 2,000,000 tokens in 60,000 ms.
        let millis = charge * 3 / 100;
        let reset = if millis == 0 { "0s".to_owned() } else { told(millis) };
        let left = (2_000_000 - charge).to_string();
        for (name, value) in [
            ("limit-requests", "10000"),
            ("remaining-requests", "9999"),
            ("reset-requests", "6ms"),
            ("limit-tokens", "2000000"),
            ("remaining-tokens", &left),
            ("reset-tokens", &reset),
        ] {
            assert_eq!(
                reply.get(&format!("x-ratelimit-{name}")),
                Some(value),
                "{name} of {path} {body:.100}"
            );
        }
    }
}

/// `180ms` or `1.05s`, as Go prints them.
fn told(millis: u64) -> String {
    if millis < 1000 {
        return format!("{millis}ms");
    }
    let seconds = format!("{}.{:03}", millis / 1000, millis % 1000);
    format!("{}s", seconds.trim_end_matches('0').trim_end_matches('.'))
}

#[test]
fn one_that_asks_for_more_than_there_is_leaves_nothing() {
    let body = r#"{"model":"made-up","max_tokens":9000000,"messages":[{"role":"user","content":"Hello"}]}"#;
    let reply = Fake::new().chat(body);
    let told = |name: &str| reply.get(&format!("x-ratelimit-{name}-tokens")).unwrap_or_default().to_owned();
    assert_eq!(
        (told("limit"), told("remaining"), told("reset")),
        ("2000000".into(), "0".into(), "1m0s".into())
    );
}

/// A server whose clock stands.
fn limited(rpm: u64, tpm: u64) -> Fake {
    let fake = Fake { state: State::new(Config { rpm, tpm, ..Config::default() }) };
    fake.send(Request::new("POST", "/__parlel/clock").with_json(r#"{"freeze":true}"#));
    fake
}

/// The headers, of requests and of tokens: `3 2 20s | 2000000 1999995 0s`.
fn told_of_limits(reply: &Reply) -> String {
    let of = |what: &str| {
        let told = ["limit", "remaining", "reset"].map(|name| format!("x-ratelimit-{name}-{what}"));
        told.map(|name| reply.get(&name).unwrap_or("none").to_owned()).join(" ")
    };
    format!("{} | {}", of("requests"), of("tokens"))
}

fn asks(fake: &Fake, key: &str, path: &str, body: &str) -> Reply {
    fake.send(
        Request::new("POST", path).with_header("authorization", &format!("Bearer {key}")).with_json(body),
    )
}

fn advance(fake: &Fake, millis: u64) {
    let body = format!(r#"{{"advance":"{millis}ms"}}"#);
    fake.send(Request::new("POST", "/__parlel/clock").with_json(&body));
}

const CHATS: &str = "/v1/chat/completions";
const RESPONSES: &str = "/v1/responses";
const COMPLETIONS: &str = "/v1/completions";
const EMBEDDINGS: &str = "/v1/embeddings";
const RESPONSE: &str = r#"{"model":"gpt-4o","input":"Hello"}"#;
const COMPLETION: &str = r#"{"model":"gpt-3.5-turbo-instruct","prompt":"Hello"}"#;
const EMBEDDING: &str = r#"{"model":"text-embedding-3-small","input":"Hello, you!"}"#;
/// Of 5 tokens, and of 12 characters.
const YOU: &str = r#"{"model":"gpt-4o","messages":[{"role":"user","content":"Hello, you!!"}]}"#;
const MANY: &str =
    r#"{"model":"gpt-4o","max_tokens":45,"messages":[{"role":"user","content":"Hello, you!!"}]}"#;

/// Who asks, what and where, after so many milliseconds; the status, what the headers tell of the limits, and of a refusal the
/// seconds and milliseconds to wait.
type Step = (u64, &'static str, &'static str, &'static str, u16, &'static str, &'static str);

/// What is asked of a server with these limits, one after the other.
const SCENES: &[(u64, u64, &[Step])] = &[
    // They run out, and come back one by one.
    (
        3,
        0,
        &[
            (0, "a", CHATS, YOU, 200, "3 2 20s | 2000000 1999995 0s", ""),
            (0, "a", CHATS, YOU, 200, "3 1 40s | 2000000 1999995 0s", ""),
            (0, "a", RESPONSES, RESPONSE, 200, "3 0 1m0s | 2000000 1999992 0s", ""),
            (0, "a", CHATS, YOU, 429, "3 0 1m0s | 2000000 2000000 0s", "20 20000"),
            (0, "b", CHATS, YOU, 200, "3 2 20s | 2000000 1999995 0s", ""),
            (13_500, "a", COMPLETIONS, COMPLETION, 429, "3 0 46.5s | 2000000 2000000 0s", "7 6500"),
            (6499, "a", EMBEDDINGS, EMBEDDING, 429, "3 0 40.001s | 2000000 2000000 0s", "1 1"),
            (1, "a", EMBEDDINGS, EMBEDDING, 200, "3 0 1m0s | 2000000 1999996 0s", ""),
            (40_000, "a", CHATS, YOU, 200, "3 1 40s | 2000000 1999995 0s", ""),
            (90_000, "a", CHATS, YOU, 200, "3 2 20s | 2000000 1999995 0s", ""),
        ],
    ),
    // So do tokens; a request that gets none does not count as one.
    (
        0,
        100,
        &[
            (0, "a", CHATS, YOU, 200, "10000 9999 6ms | 100 95 3s", ""),
            (0, "a", CHATS, MANY, 200, "10000 9999 6ms | 100 45 33s", ""),
            (0, "a", CHATS, MANY, 429, "10000 9999 6ms | 100 45 33s", "3 3000"),
            (2999, "a", CHATS, MANY, 429, "10000 9999 6ms | 100 49 30.001s", "1 1"),
            (1, "a", CHATS, MANY, 200, "10000 9999 6ms | 100 0 1m0s", ""),
            (0, "a", EMBEDDINGS, EMBEDDING, 429, "10000 9999 6ms | 100 0 1m0s", "3 2400"),
            (0, "b", EMBEDDINGS, EMBEDDING, 200, "10000 9999 6ms | 100 96 2.4s", ""),
            (60_000, "a", RESPONSES, RESPONSE, 200, "10000 9999 6ms | 100 92 4.8s", ""),
            (0, "a", COMPLETIONS, COMPLETION, 200, "10000 9999 6ms | 100 75 15s", ""),
        ],
    ),
    // One that is too large is never let in, and others are.
    (
        2,
        40,
        &[
            (0, "a", CHATS, MANY, 429, "2 2 0s | 40 40 0s", ""),
            (0, "a", CHATS, YOU, 200, "2 1 30s | 40 35 7.5s", ""),
            (0, "a", CHATS, MANY, 429, "2 1 30s | 40 35 7.5s", ""),
        ],
    ),
    // A request that is wrong is one; with no key, or where nothing is limited, none is.
    (
        4,
        100,
        &[
            (0, "a", CHATS, "{}", 400, "4 3 15s | 100 100 0s", ""),
            (0, "a", CHATS, "[]", 400, "4 2 30s | 100 100 0s", ""),
            (0, "a", CHATS, r#"{"model":"gpt-4o","messages":[],"n":0}"#, 400, "4 1 45s | 100 100 0s", ""),
            (0, "", CHATS, YOU, 401, "none none none | none none none", ""),
            (0, "a", "/v1/moderations", r#"{"input":"a"}"#, 200, "none none none | none none none", ""),
            (0, "a", "/v1/chat", "{}", 404, "none none none | none none none", ""),
            (0, "a", CHATS, YOU, 200, "4 0 1m0s | 100 95 3s", ""),
            (0, "a", CHATS, "[]", 429, "4 0 1m0s | 100 95 3s", "15 15000"),
        ],
    ),
];

#[test]
fn limits_that_are_set_are_true() {
    for (rpm, tpm, steps) in SCENES {
        let fake = limited(*rpm, *tpm);
        for (at, (wait, key, path, body, status, headers, to_wait)) in steps.iter().enumerate() {
            advance(&fake, *wait);
            let reply = asks(&fake, key, path, body);
            let place = format!("rpm {rpm}, tpm {tpm}, step {at}");
            assert_eq!((reply.status, told_of_limits(&reply).as_str()), (*status, *headers), "{place}");
            let waits = [reply.get("retry-after"), reply.get("retry-after-ms")];
            let waits: Vec<&str> = waits.into_iter().flatten().collect();
            assert_eq!(waits.join(" "), *to_wait, "{place}");
        }
    }
}

#[test]
fn what_is_refused_is_told_in_the_words_of_the_api() {
    const MORE: &str = "Visit https://platform.openai.com/account/rate-limits to learn more.";
    for (rpm, tpm, body, kind, message) in [
        (
            1,
            0,
            YOU,
            "requests",
            "Rate limit reached for gpt-4o in organization openai-fake on requests per min (RPM): Limit 1, Used 1, Requested 1. Please try again in 1m0s.",
        ),
        (
            1,
            0,
            "{}",
            "requests",
            "Rate limit reached for an unnamed model in organization openai-fake on requests per min (RPM): Limit 1, Used 1, Requested 1. Please try again in 1m0s.",
        ),
        (
            0,
            50,
            MANY,
            "tokens",
            "Rate limit reached for gpt-4o in organization openai-fake on tokens per min (TPM): Limit 50, Used 5, Requested 50. Please try again in 6s.",
        ),
        (
            0,
            49,
            MANY,
            "tokens",
            "Request too large for gpt-4o in organization openai-fake on tokens per min (TPM): Limit 49, Requested 50. The input or output tokens must be reduced in order to run successfully.",
        ),
    ] {
        let fake = limited(rpm, tpm);
        assert_eq!(asks(&fake, "a", CHATS, YOU).status, 200);
        let refused = asks(&fake, "a", CHATS, body);
        let told = refuses_as(&refused, kind, 429, None, Some("rate_limit_exceeded"));
        assert_eq!(told, format!("{message} {MORE}"));
        assert_eq!(fake.state.requests()[1]["status"], 429);
    }
    // By Azure's path, which names the model.
    let fake = limited(1, 0);
    let path = "/openai/deployments/gpt-4.1/chat/completions";
    let body = YOU.replace(r#""model":"gpt-4o","#, "");
    assert_eq!(asks(&fake, "a", path, &body).status, 200);
    assert!(
        String::from_utf8_lossy(asks(&fake, "a", path, &body).bytes()).contains("reached for gpt-4.1 in")
    );
}

#[test]
fn who_gets_no_tokens_has_nothing_said_or_stored() {
    let fake = limited(0, 10);
    let rule = r#"{"match":{},"answers":[{"text":"one"},{"text":"two"}]}"#;
    fake.send(Request::new("POST", "/__parlel/rules").with_json(rule));
    let stored = YOU.replace(r#""model""#, r#""store":true,"model""#);
    let said = |reply: &Reply| json(reply)["choices"][0]["message"]["content"].clone();
    assert_eq!(said(&asks(&fake, "a", CHATS, &stored)), "one");
    assert_eq!(said(&asks(&fake, "a", CHATS, &stored)), "two");
    for _ in 0..2 {
        assert_eq!(asks(&fake, "a", CHATS, &stored).status, 429);
        assert_eq!(asks(&fake, "a", RESPONSES, RESPONSE).status, 429);
    }
    let listed = Request::new("GET", CHATS).with_header("authorization", "Bearer a");
    assert_eq!(json(&fake.send(listed))["data"].as_array().map(Vec::len), Some(2));
    let rules = fake.send(Request::new("GET", "/__parlel/rules"));
    assert_eq!(json(&rules)["rules"][0]["answered"], 2);
}

#[test]
fn a_key_is_moved_and_reset_without_the_others() {
    let fake = limited(1, 0);
    let status = || ["a", "b"].map(|key| asks(&fake, key, CHATS, YOU).status);
    let control = |path: &str, body: &str| {
        fake.send(Request::new("POST", path).with_header("authorization", "Bearer a").with_json(body))
    };
    assert_eq!((status(), status()), ([200, 200], [429, 429]));
    control("/__parlel/clock", r#"{"advance":60}"#);
    assert_eq!((status(), status()), ([200, 429], [429, 429]));
    control("/__parlel/reset", "");
    assert_eq!((status(), status()), ([200, 429], [429, 429]));
    fake.send(Request::new("POST", "/__parlel/reset"));
    assert_eq!(status(), [200, 200]);
}

#[test]
fn without_limits_headers_are_those_of_the_first_of_a_minute() {
    let fake = Fake { state: State::new(Config { concurrency: 1, ..Config::default() }) };
    for _ in 0..2 {
        assert_eq!(told_of_limits(&fake.chat(CHAT)), told_of_limits(&Fake::new().chat(CHAT)));
    }
}

#[test]
fn so_many_are_answered_at_once_and_no_more() {
    let pace = Duration::from_secs(600);
    let server = server_with(Config { concurrency: 2, pace, ..Config::default() });
    let mut clients = [(); 3].map(|()| Client::connect(server.address()));
    for client in &mut clients[..2] {
        client.request("POST", CHATS, STREAM);
        assert_eq!(client.receive_head().status, 200);
    }
    let ask = |client: &mut Client| client.ask("POST", CHATS, CHAT);
    let refused = ask(&mut clients[2]);
    let message = "Rate limit reached for gpt-4o in organization openai-fake on concurrent requests: Limit 2, Used 2, Requested 1. Please try again when one of them has ended. Visit https://platform.openai.com/account/rate-limits to learn more.";
    assert_eq!((refused.status, &refused.json()["error"]["message"]), (429, &message.into()));
    assert_eq!(refused.json()["error"]["type"], "requests");
    assert_eq!((refused.header("retry-after"), refused.header("retry-after-ms")), (None, None));
    // Other operations, and other keys, are not limited by it.
    assert_eq!(clients[2].ask("GET", "/v1/models", "").status, 200);
    let other = crate::support::message("POST", CHATS, CHAT).replace("sk-test", "sk-other");
    clients[2].write(other.as_bytes());
    assert_eq!(clients[2].receive().status, 200);
}

/// A place is free again once its reply has been read to its end, or its client has gone.
#[test]
fn who_has_ended_makes_room() {
    let pace = Duration::from_millis(2);
    let server = server_with(Config { concurrency: 1, pace, ..Config::default() });
    let mut client = Client::connect(server.address());
    for body in [CHAT, STREAM, "{}", STREAM, CHAT] {
        let reply = client.ask("POST", CHATS, body);
        assert_eq!(reply.status, if body == "{}" { 400 } else { 200 }, "{body}");
    }
    let mut leaving = Client::connect(server.address());
    leaving.request("POST", CHATS, STREAM);
    assert_eq!(leaving.receive_head().status, 200);
    drop(leaving);
    // That is seen when the next event is sent.
    while client.ask("POST", CHATS, CHAT).status == 429 {}
}
