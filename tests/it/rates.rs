//! What the headers tell of the rate limits: of 2,000,000 tokens a minute, how many a request leaves and when
//! they are back.

use crate::support::Fake;

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
