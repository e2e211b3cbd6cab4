//! What is made to go wrong: wherever it is asked for, and as often as it is.

mod calls;
mod events;
mod giving;
mod matrix;
mod page;
mod random;
mod shapes;
mod wire;

use crate::support::CHAT;
use crate::support::Fake;
use crate::support::STREAM;
use crate::support::json;
use crate::support::refuses;
use openai_fake::Reply;
use openai_fake::Request;
use openai_fake::answer;
use serde_json::Value;
use std::sync::Arc;

/// Asks for a chat, with this key, this header and this model.
fn chat(fake: &Fake, key: &str, header: &str, model: &str) -> Reply {
    let mut request = Request::new("POST", "/v1/chat/completions")
        .with_header("authorization", &format!("Bearer {key}"))
        .with_json(&CHAT.replace("gpt-4o", model));
    if !header.is_empty() {
        request = request.with_header("x-parlel-fault", header);
    }
    let mut reply = answer(&fake.state, &Arc::new(request));
    std::mem::take(&mut reply.effects).run(&fake.state);
    reply
}

fn statuses(fake: &Fake, key: &str, header: &str, model: &str) -> [u16; 3] {
    std::array::from_fn(|_| chat(fake, key, header, model).status)
}

#[test]
fn one_grammar_in_four_places() {
    for (header, words, statuses) in [
        ("429", "429", [429, 429, 429]),
        ("500; times=2", "500-twice", [500, 500, 200]),
        ("503; times=1", "503-once", [503, 200, 200]),
        ("408; after=1; times=1", "408-after-1-times-1", [200, 408, 200]),
        ("insufficient_quota", "insufficient_quota", [429, 429, 429]),
        ("418", "418", [418, 418, 418]),
        ("401; probability=0", "401-probability-0", [200, 200, 200]),
    ] {
        let plain = "gpt-4o";
        assert_eq!(self::statuses(&Fake::new(), "sk-test", header, plain), statuses, "{header}");
        assert_eq!(
            self::statuses(&Fake::new(), &format!("sk-fault-{words}"), "", plain),
            statuses,
            "{words}"
        );
        assert_eq!(
            self::statuses(&Fake::new(), &format!("sk-mine-fault-{words}"), "", plain),
            statuses,
            "{words}"
        );
        assert_eq!(
            self::statuses(&Fake::new(), "sk-test", "", &format!("gpt-4o:fault-{words}")),
            statuses,
            "{words}"
        );
        let fake = Fake::new();
        fake.post("/__parlel/faults", &Value::from(header).to_string());
        assert_eq!(self::statuses(&fake, "sk-test", "", plain), statuses, "{header} at run time");
        let fake = Fake::new();
        let rule = format!(r#"{{"match": {{}}, "faults": "{header}"}}"#);
        fake.post("/__parlel/rules", &rule);
        assert_eq!(self::statuses(&fake, "sk-test", "", plain), statuses, "{header} of a rule");
    }
}

#[test]
fn each_fault_of_a_rules_list_strikes_by_itself() {
    let fake = Fake::new();
    fake.post(
        "/__parlel/rules",
        r#"{"match": {}, "faults": ["delay=1ms", "500; times=1", "503; after=1; times=1"]}"#,
    );
    let replies: [Reply; 4] = std::array::from_fn(|_| chat(&fake, "sk-test", "", "gpt-4o"));
    // What is behind an error has not met the request.
    assert_eq!(replies.each_ref().map(|reply| reply.status), [500, 200, 503, 200]);
    assert!(replies.iter().all(|reply| reply.play.delay.as_millis() == 1));
}

#[test]
fn some_strike_streams_alone_or_all_but_streams() {
    for (when, statuses) in [("true", [200, 500]), ("false", [500, 200])] {
        let fault = format!("500; stream={when}");
        let rule = format!(r#"{{"match": {{}}, "faults": "{fault}"}}"#);
        let (by_rule, by_header) = (Fake::new(), Fake::new());
        by_rule.post("/__parlel/rules", &rule);
        for (body, status) in [CHAT, STREAM].into_iter().zip(statuses) {
            let request = || {
                Request::new("POST", "/v1/chat/completions")
                    .with_header("authorization", "Bearer sk-test")
                    .with_json(body)
            };
            let reply = |fake: &Fake, request: Request| answer(&fake.state, &Arc::new(request)).status;
            assert_eq!(reply(&by_rule, request()), status, "{when}, of a rule");
            let sent = request().with_header("x-parlel-fault", &fault);
            assert_eq!(reply(&by_header, sent), status, "{when}, in a header");
        }
    }
}

#[test]
fn a_fault_is_noted_where_its_request_is_captured() {
    let fake = Fake::new();
    chat(&fake, "sk-fault-500-once", "delay=1ms", "gpt-4o");
    chat(&fake, "sk-fault-500-once", "", "gpt-4o");
    let requests = fake.captured("", None);
    assert_eq!(requests["requests"][0]["fault"], "delay=1ms; 500; times=1");
    assert_eq!(requests["requests"][1]["fault"], Value::Null);
}

#[test]
fn the_models_own_name_is_answered_by() {
    let fake = Fake::new();
    let reply = json(&chat(&fake, "sk-test", "", "gpt-4o:fault-delay-1ms"));
    assert_eq!(reply, json(&chat(&fake, "sk-test", "", "gpt-4o")));
    assert_eq!(reply["model"], "gpt-4o-2024-08-06");
}

#[test]
fn what_cannot_be_read_is_refused() {
    let fake = Fake::new();
    for (key, header, model, said) in [
        ("sk-test", "nonsense", "gpt-4o", "The fault that the header x-parlel-fault asks for cannot be read"),
        ("sk-fault-4290", "", "gpt-4o", "The fault that the key asks for cannot be read"),
        ("sk-test", "", "gpt-4o:fault-stal", "did you mean 'stall'?"),
    ] {
        let reply = chat(&fake, key, header, model);
        assert_eq!((reply.status, &json(&reply)["error"]["code"]), (400, &"invalid_fault".into()));
        assert!(json(&reply)["error"]["message"].as_str().is_some_and(|told| told.contains(said)), "{said}");
    }
    for (given, said) in [
        (
            r#"{"fault": "429", "tims": 2}"#,
            "The fault was not taken: 'tims' is not known; did you mean 'times'?",
        ),
        (r#"["429", 7]"#, "expected the text of a fault"),
    ] {
        let told = refuses(&fake.post("/__parlel/faults", given), 400, Some("fault"), Some("invalid_fault"));
        assert!(told.contains(said), "{told}");
    }
    assert_eq!(json(&fake.get("/__parlel/faults"))["count"], 0, "all are taken, or none");
}

#[test]
fn reset_forgets_faults_and_counts() {
    let fake = Fake::new();
    fake.post("/__parlel/faults", r#"{"fault": "500", "times": 1}"#);
    assert_eq!(statuses(&fake, "sk-test", "", "gpt-4o"), [500, 200, 200]);
    assert_eq!(json(&fake.get("/__parlel/faults"))["faults"][0]["struck"], 1);
    assert_eq!(statuses(&fake, "sk-other", "", "gpt-4o"), [200, 200, 200], "it was given for one key");
    assert_eq!(statuses(&fake, "sk-test", "503; times=1", "gpt-4o"), [503, 200, 200]);
    fake.post("/__parlel/reset", "");
    assert_eq!(json(&fake.get("/__parlel/faults"))["count"], 0);
    assert_eq!(statuses(&fake, "sk-test", "503; times=1", "gpt-4o"), [503, 200, 200]);
}
