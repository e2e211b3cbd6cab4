//! Where faults are given, and when they strike.

use super::chat;
use super::statuses;
use crate::support::CHAT;
use crate::support::Fake;
use crate::support::json;
use openai_fake::Request;
use openai_fake::answer;
use serde_json::Value;
use serde_json::json;
use std::sync::Arc;

const MODEL: &str = "gpt-4o";

/// The statuses of so many requests.
fn run(fake: &Fake, key: &str, header: &str, count: usize) -> Vec<u16> {
    (0..count).map(|_| chat(fake, key, header, MODEL).status).collect()
}

#[test]
fn rules_have_faults_of_their_own_and_of_their_answers() {
    for (rule, expected) in [
        (json!({"match": {}, "faults": "429"}), [429, 429, 429]),
        (json!({"match": {}, "faults": "429; times=1"}), [429, 200, 200]),
        (json!({"match": {}, "faults": "429; after=2"}), [200, 200, 429]),
        (json!({"match": {}, "faults": ["delay=1ms", "418"]}), [418, 418, 418]),
        (json!({"match": {}, "answer": {"text": "x"}, "faults": "500"}), [500, 500, 500]),
        (json!({"match": {}, "answer": {"text": "x", "faults": "503; times=2"}}), [503, 503, 200]),
        (json!({"match": {}, "answer": {"faults": "503; times=2"}}), [503, 503, 200]),
        (json!({"match": {}, "answers": [{"text": "x", "faults": "500"}, {"text": "y"}]}), [500, 200, 200]),
        (
            json!({"match": {}, "answers": [{"text": "x", "faults": "500"}, {"text": "y"}], "faults": "503"}),
            [500, 503, 503],
        ),
        (json!({"match": {"user": "something else"}, "faults": "500"}), [200, 200, 200]),
    ] {
        let fake = Fake::new();
        assert_eq!(fake.post("/__parlel/rules", &rule.to_string()).status, 200, "{rule}");
        assert_eq!(statuses(&fake, "sk-test", "", MODEL), expected, "{rule}");
    }
}

#[test]
fn how_often_and_when() {
    for (header, expected) in [
        ("429", "429 429 429 429 429"),
        ("429; times=0", "200 200 200 200 200"),
        ("429; times=1", "429 200 200 200 200"),
        ("429; times=3", "429 429 429 200 200"),
        ("429; after=1", "200 429 429 429 429"),
        ("429; after=1; times=1", "200 429 200 200 200"),
        ("429; times=1; after=4", "200 200 200 200 429"),
        ("429; probability=0", "200 200 200 200 200"),
        ("429; probability=1", "429 429 429 429 429"),
        ("429; probability=100%", "429 429 429 429 429"),
        ("429; endpoint=chat", "429 429 429 429 429"),
        ("429; endpoint=/v1/chat/completions", "429 429 429 429 429"),
        ("429; endpoint=embeddings", "200 200 200 200 200"),
        ("429; model=gpt-4o", "429 429 429 429 429"),
        ("429; model=gpt-4o; endpoint=chat; times=2", "429 429 200 200 200"),
        ("429; model=gpt-5", "200 200 200 200 200"),
        ("429; stream=true", "200 200 200 200 200"),
        ("429; stream=false; times=1", "429 200 200 200 200"),
        ("429; endpoint=responses; times=1", "200 200 200 200 200"),
    ] {
        let told = |statuses: Vec<u16>| -> String {
            statuses.iter().map(u16::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(told(run(&Fake::new(), "sk-test", header, 5)), expected, "{header}");
        let fake = Fake::new();
        fake.post("/__parlel/faults", &Value::from(header).to_string());
        assert_eq!(told(run(&fake, "sk-test", "", 5)), expected, "{header} at run time");
        let fake = Fake::new();
        fake.post("/__parlel/rules", &json!({"match": {}, "faults": header}).to_string());
        assert_eq!(told(run(&fake, "sk-test", "", 5)), expected, "{header} of a rule");
    }
}

#[test]
fn the_same_seed_gives_the_same_faults_in_the_same_order() {
    let told = |header: &str| run(&Fake::new(), "sk-test", header, 60);
    let one = told("500; probability=0.5; seed=1");
    assert_eq!(one, told("500; probability=0.5; seed=1"));
    assert_eq!(one, told("500; probability=50%; seed=1"), "however it is written");
    assert_ne!(one, told("500; probability=0.5; seed=2"));
    assert_eq!(told("500; probability=0.5"), told("500; probability=0.5; seed=0"));
    let struck = one.iter().filter(|status| **status == 500).count();
    assert!((15..=45).contains(&struck), "{struck}");
    // A fault that is likelier strikes whenever one that is less likely does.
    let likelier = told("500; probability=0.8; seed=1");
    assert!(one.iter().zip(&likelier).all(|(one, likelier)| *one == 200 || *likelier == 500));
}

#[test]
fn each_key_has_its_own_count() {
    let fake = Fake::new();
    assert_eq!(fake.post("/__parlel/faults", r#"{"fault": "500", "times": 1}"#).status, 200);
    let for_all =
        Request::new("POST", "/__parlel/faults").with_json(r#"{"fault": "503", "times": 1, "after": 1}"#);
    assert_eq!(answer(&fake.state, &Arc::new(for_all)).status, 200);
    assert_eq!(statuses(&fake, "sk-test", "", MODEL), [500, 503, 200]);
    assert_eq!(statuses(&fake, "sk-other", "", MODEL), [200, 503, 200]);
    assert_eq!(statuses(&fake, "sk-a-fault-429-twice", "", MODEL), [429, 429, 200]);
    assert_eq!(statuses(&fake, "sk-b-fault-429-twice", "", MODEL), [429, 429, 200]);
    for key in ["sk-c", "sk-d"] {
        assert_eq!(statuses(&fake, key, "408; times=1", MODEL), [408, 503, 200], "{key}");
    }
    assert_eq!(json(&fake.get("/__parlel/faults"))["faults"][0]["struck"], 1);
}

#[test]
fn what_was_given_at_run_time_is_listed_and_forgotten() {
    let fake = Fake::new();
    let given = r#"["429; times=1", {"fault": "stall=3", "model": "gpt-5"}, {"status": 418, "body": "tea"}]"#;
    assert_eq!(json(&fake.post("/__parlel/faults", given)), json!({"ok": true, "faults": [1, 2, 3]}));
    let listed = json(&fake.get("/__parlel/faults"));
    let texts: Vec<&str> =
        listed["faults"].as_array().expect("a list").iter().filter_map(|one| one["fault"].as_str()).collect();
    assert_eq!(texts, ["429; times=1", "stall=3; model=gpt-5", "status=418"]);
    assert_eq!(statuses(&fake, "sk-test", "", MODEL), [429, 418, 418]);
    let tea = chat(&fake, "sk-test", "", MODEL);
    assert_eq!(json(&tea), "tea");
    let delete = |key: &str| {
        fake.send(
            Request::new("DELETE", "/__parlel/faults").with_header("authorization", &format!("Bearer {key}")),
        )
    };
    delete("sk-other");
    assert_eq!(chat(&fake, "sk-test", "", MODEL).status, 418, "not another key's to forget");
    delete("sk-test");
    assert_eq!(statuses(&fake, "sk-test", "", MODEL), [200, 200, 200]);
}

#[test]
fn several_strike_together_and_all_are_noted() {
    let fake = Fake::new();
    // For all keys.
    for (path, body) in [
        ("/__parlel/faults", r#""delay=1ms""#),
        ("/__parlel/rules", r#"{"match": {}, "faults": "no_usage"}"#),
    ] {
        assert_eq!(fake.send(Request::new("POST", path).with_json(body)).status, 200);
    }
    let reply = chat(&fake, "sk-my-fault-split-7", "no_finish; short; interleave", "gpt-4o:fault-bad_json");
    let captured = fake.captured("", None)["requests"][0].take();
    // As they are met: with the request, at run time, by the rule.
    assert_eq!(captured["fault"], "no_finish; short; interleave; split=7; bad_json; delay=1ms; no_usage");
    assert_eq!(captured["notes"], json!(["the fault 'interleave' found nothing to change"]));
    assert_eq!(captured["status"], 200);
    assert!(reply.play.split == 7 && reply.play.cut.is_some() && reply.play.corrupt.is_some());
    assert!(!reply.play.delay.is_zero());
    let body = json(&reply);
    assert!(body.get("usage").is_none() && body["choices"][0]["finish_reason"].is_null(), "{body}");
}

#[test]
fn the_first_error_is_answered_with() {
    for (header, key, status) in [
        ("429; 500", "sk-test", 429),
        ("delay=1ms; 500; 429", "sk-test", 500),
        ("503", "sk-fault-408", 503),
        ("503; times=0", "sk-fault-408", 408),
    ] {
        assert_eq!(chat(&Fake::new(), key, header, MODEL).status, status, "{header} {key}");
    }
}

#[test]
fn the_servers_own_operations_and_faultless_requests_go_well() {
    let fake = Fake::new();
    let with = |method: &str, path: &str| {
        let request = Request::new(method, path)
            .with_header("authorization", "Bearer sk-fault-500")
            .with_header("x-parlel-fault", "503");
        answer(&fake.state, &Arc::new(request)).status
    };
    for path in
        ["/health", "/", "/__parlel/requests", "/__parlel/faults", "/__parlel/rules", "/__parlel/clock"]
    {
        assert_eq!(with("GET", path), 200, "{path}");
    }
    assert_eq!(with("POST", "/__parlel/reset"), 200);
    // Everything of the API does not, whatever it is.
    for (method, path) in
        [("GET", "/v1/models"), ("GET", "/v1/nope"), ("DELETE", "/v1/models"), ("POST", "/v1/embeddings")]
    {
        assert_eq!(with(method, path), 503, "{method} {path}");
    }
    let plain = fake.chat(CHAT);
    assert_eq!((plain.status, plain.play), (200, Fake::new().chat(CHAT).play));
}

#[test]
fn nothing_said_means_nothing_to_change_in_it() {
    let fake = Fake::new();
    let request = |header: &str| {
        let request = Request::new("GET", "/v1/models").with_header("authorization", "Bearer sk-test");
        answer(&fake.state, &Arc::new(request.with_header("x-parlel-fault", header))).status
    };
    assert_eq!(request("args_broken; args_chars"), 200);
    let notes = fake.captured("", None)["requests"][0]["notes"].take();
    let idle = |name: &str| format!("the fault '{name}' found nothing to change");
    assert_eq!(notes, json!([idle("args_broken"), idle("args_chars")]));
}

#[test]
fn nonsense_is_refused_wherever_it_stands() {
    for (nonsense, why) in [
        ("", ""),
        ("nonsense", "there is no fault 'nonsense'"),
        ("42", "expected a status from 400 to 599"),
        ("stall=-1", "expected so many events such as 3"),
        ("stall=3s", "expected so many events such as 3"),
        ("cut=now", "a time such as 200ms"),
        ("delay", "expected a time"),
        ("delay=5", "expected a time"),
        ("duplicate", "expected the number of an event"),
        ("swap=one", "expected the number of an event"),
        ("crlf=1", "expected nothing"),
        ("as=rate_limit", "'as' belongs behind error or failed"),
        ("error; as=nothing", "expected the name of an error"),
        ("jitter=10", "'jitter' belongs behind"),
        ("between=1ms; jitter=101", "expected a number from 0 to 100"),
        ("429; probability=1.5", "expected a number from 0 to 1"),
        ("429; times=-1", "expected a whole number"),
        ("429; seed=x", "expected a whole number"),
        ("429; model=", "expected a name"),
        ("arg_null", "did you mean 'args_null'?"),
        ("429; time=1", "did you mean 'times'?"),
    ] {
        let fake = Fake::new();
        if !nonsense.is_empty() {
            let reply = chat(&fake, "sk-test", nonsense, MODEL);
            let error = &json(&reply)["error"];
            assert_eq!((reply.status, &error["code"]), (400, &json!("invalid_fault")), "{nonsense}");
            assert!(error["message"].as_str().is_some_and(|told| told.contains(why)), "{nonsense}: {error}");
        }
        for (path, body) in [
            ("/__parlel/faults", Value::from(nonsense)),
            ("/__parlel/rules", json!({"match": {}, "faults": nonsense})),
            ("/__parlel/rules", json!({"match": {}, "answer": {"text": "x", "faults": nonsense}})),
        ] {
            let reply = fake.post(path, &body.to_string());
            assert_eq!(reply.status, 400, "{body}");
            let told = json(&reply)["error"]["message"].to_string();
            assert!(told.contains(why), "{body}: {told}");
        }
    }
}
