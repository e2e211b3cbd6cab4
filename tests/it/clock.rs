//! The clock that tests move: what it is moved by, for whom, and what goes by it.

use crate::support::CHAT;
use crate::support::Fake;
use crate::support::json;
use crate::support::refuses;
use openai_fake::Reply;
use openai_fake::Request;
use serde_json::Value;
use serde_json::json;

const CLOCK: &str = "/__parlel/clock";
const EXPECTED: &str = "Invalid 'advance': expected how far the clock goes on, such as '30s', '500ms', '1h' or a number of seconds, and 100 years at most.";

/// Moves a key's clock, or everybody's.
fn change(fake: &Fake, key: Option<&str>, body: &str) -> Reply {
    let mut request = Request::new("POST", CLOCK).with_json(body);
    if let Some(key) = key {
        request = request.with_header("authorization", &format!("Bearer {key}"));
    }
    fake.send(request)
}

fn told(fake: &Fake, key: Option<&str>) -> Value {
    let request = Request::new("GET", CLOCK);
    json(&fake.send(match key {
        Some(key) => request.with_header("api-key", key),
        None => request,
    }))
}

#[test]
fn it_is_moved_by_so_much_and_says_so() {
    for (body, now, advanced, frozen) in [
        (r#"{"advance":"30s"}"#, "2023-11-14T22:13:50.000Z", 30_000, false),
        (r#"{"advance":"500ms"}"#, "2023-11-14T22:13:20.500Z", 500, false),
        (r#"{"advance":"1h 30m"}"#, "2023-11-14T23:43:20.000Z", 5_400_000, false),
        (r#"{"advance":1.25}"#, "2023-11-14T22:13:21.250Z", 1250, false),
        (r#"{"advance":0}"#, "2023-11-14T22:13:20.000Z", 0, false),
        (r#"{"freeze":true}"#, "2023-11-14T22:13:20.000Z", 0, true),
        (r#"{"advance":60,"freeze":true}"#, "2023-11-14T22:14:20.000Z", 60_000, true),
        (r#"{"freeze":false}"#, "2023-11-14T22:13:20.000Z", 0, false),
        (r#"{"advance":null,"freeze":false}"#, "2023-11-14T22:13:20.000Z", 0, false),
    ] {
        let fake = Fake::new();
        let expected = json!({"now": now, "advanced_ms": advanced, "frozen": frozen});
        assert_eq!(json(&change(&fake, None, body)), expected, "{body}");
        assert_eq!((told(&fake, None), told(&fake, Some("k"))), (expected.clone(), expected), "{body}");
    }
}

#[test]
fn what_it_cannot_be_moved_by_is_refused() {
    let bad =
        |param: &str, message: &str| (Some(param.to_owned()), Some("invalid_value"), message.to_owned());
    for (body, (param, code, message)) in [
        (r#"{"advance":"soon"}"#, bad("advance", EXPECTED)),
        (r#"{"advance":"-1s"}"#, bad("advance", EXPECTED)),
        (r#"{"advance":-1}"#, bad("advance", EXPECTED)),
        (r#"{"advance":1e300}"#, bad("advance", EXPECTED)),
        (r#"{"advance":"101years"}"#, bad("advance", EXPECTED)),
        (r#"{"advance":true}"#, bad("advance", EXPECTED)),
        (r#"{"advance":null}"#, bad("advance", EXPECTED)),
        ("{}", bad("advance", EXPECTED)),
        (r#"{"freeze":"yes"}"#, bad("freeze", "Invalid 'freeze': expected true or false.")),
        (
            r#"{"advanced":"1s"}"#,
            (
                Some("advanced".to_owned()),
                Some("unknown_parameter"),
                "Unknown parameter: 'advanced'.".to_owned(),
            ),
        ),
        ("", (None, None, "We could not parse the JSON body of your request.".to_owned())),
        ("[]", (None, None, "We could not parse the JSON body of your request.".to_owned())),
    ] {
        let fake = Fake::new();
        let told_why = refuses(&change(&fake, None, body), 400, param.as_deref(), code);
        assert!(told_why.starts_with(&message), "{body}: {told_why}");
        assert_eq!(told(&fake, None)["advanced_ms"], 0, "{body}");
    }
}

#[test]
fn replies_and_captured_requests_go_by_it() {
    let fake = Fake::new();
    let chat = |key: &str| {
        let request = Request::new("POST", "/v1/chat/completions").with_json(CHAT);
        json(&fake.send(request.with_header("authorization", &format!("Bearer {key}"))))["created"].clone()
    };
    let created =
        || [chat("a"), chat("b")].map(|created| created.as_u64().expect("a number") - 1_700_000_000);
    assert_eq!(created(), [0, 0]);
    change(&fake, Some("a"), r#"{"advance":"90s"}"#);
    assert_eq!(created(), [90, 0]);
    change(&fake, None, r#"{"advance":"1h","freeze":true}"#);
    assert_eq!(created(), [3690, 3600]);
    // It stands, but for what it is advanced by.
    let at = |number: usize| fake.state.requests()[number]["at"].as_str().expect("a time").to_owned();
    let (a, b) = (at(4), at(5));
    assert_eq!(created(), [3690, 3600]);
    assert_eq!((at(6), at(7)), (a.clone(), b.clone()));
    assert!(at(2) < b && b < a, "{} {b} {a}", at(2));
    // Conversations as well.
    let made = json(&fake.send(
        Request::new("POST", "/v1/conversations").with_header("authorization", "Bearer b").with_json("{}"),
    ));
    assert_eq!(made["created_at"], 1_700_003_600);
    fake.send(Request::new("POST", "/__parlel/reset").with_header("authorization", "Bearer a"));
    assert_eq!(created(), [3600, 3600]);
    fake.send(Request::new("POST", "/__parlel/reset"));
    assert_eq!((created(), told(&fake, None)["frozen"].clone()), ([0, 0], json!(false)));
}
