//! What outlives a request: stored chat completions, conversations and their items.

use crate::support::Fake;
use crate::support::chunks;
use crate::support::json;
use openai_fake::Reply;
use openai_fake::Request;
use serde_json::Value;
use serde_json::json;

const CONVERSATION: &str = "/v1/conversations/conv_c9a76f65822ebf9aa67ae8c74bdb3d4ad87226f23126d67c";

#[track_caller]
fn send(fake: &Fake, method: &str, path: &str, key: &str, body: &str) -> Reply {
    let request = Request::new(method, path).with_header("authorization", &format!("Bearer {key}"));
    fake.send(if body.is_empty() { request } else { request.with_json(body) })
}

/// Asks for a completion that is stored; its id.
#[track_caller]
fn store(fake: &Fake, fields: &Value) -> String {
    let mut body = json!({"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}], "store": true});
    for (name, value) in fields.as_object().expect("fields") {
        body[name] = value.clone();
    }
    let reply = fake.chat(&body.to_string());
    let told = if body["stream"] == true { chunks(&reply).remove(0) } else { json(&reply) };
    told["id"].as_str().unwrap_or_else(|| panic!("{told}")).to_owned()
}

/// The ids that a list has, and whether there are more.
#[track_caller]
fn ids(fake: &Fake, path: &str) -> (Vec<String>, bool) {
    let list = json(&fake.get(path));
    let data = list["data"].as_array().unwrap_or_else(|| panic!("{path}: {list}"));
    let id = |object: &Value| object["id"].as_str().expect("an id").to_owned();
    let ids: Vec<String> = data.iter().map(id).collect();
    assert_eq!(list["first_id"].as_str(), ids.first().map(String::as_str), "{path}");
    assert_eq!(list["last_id"].as_str(), ids.last().map(String::as_str), "{path}");
    (ids, list["has_more"].as_bool().expect("a flag"))
}

#[test]
fn only_what_asks_for_it_is_stored() {
    let fake = Fake::new();
    for fields in [json!({"store": false}), json!({"store": null}), json!({"store": true, "n": 0})] {
        let mut body = json!({"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}]});
        for (name, value) in fields.as_object().expect("fields") {
            body[name] = value.clone();
        }
        fake.chat(&body.to_string());
    }
    assert_eq!(ids(&fake, "/v1/chat/completions"), (Vec::new(), false));
}

#[test]
fn a_stored_completion_tells_what_the_reply_told() {
    let schema = json!({"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object", "properties": {}}}});
    let tool = json!([{"type": "function", "function": {"name": "f"}}]);
    let custom = json!([{"type": "custom", "custom": {"name": "g"}}]);
    for fields in [
        json!({}),
        json!({"stream": true}),
        json!({"n": 3}),
        json!({"n": 2, "stream": true, "max_tokens": 3}),
        json!({"temperature": 0, "top_p": 0.25, "presence_penalty": -1.5, "seed": -3, "user": "u"}),
        json!({"response_format": schema}),
        json!({"tools": tool, "tool_choice": "required"}),
        json!({"tools": custom, "tool_choice": "required", "stream": true}),
        json!({"functions": [{"name": "f"}], "function_call": {"name": "f"}}),
        json!({"logprobs": true, "top_logprobs": 1, "max_tokens": 2}),
        json!({"messages": [{"role": "user", "content": "[refusal]"}]}),
        json!({"prediction": {"type": "content", "content": "Nothing like it"}}),
        json!({"model": "gpt-4o-search-preview"}),
        json!({"model": "gpt-5.1", "service_tier": "flex"}),
        json!({"model": "gpt-audio", "modalities": ["text", "audio"], "audio": {"voice": "ash", "format": "wav"}}),
    ] {
        let fake = Fake::new();
        let id = store(&fake, &fields);
        let mut whole = json!({"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}]});
        for (name, value) in fields.as_object().expect("fields") {
            whole[name] = value.clone();
        }
        whole["stream"] = false.into();
        let told = json(&fake.chat(&whole.to_string()));
        let stored = json(&fake.get(&format!("/v1/chat/completions/{id}")));
        assert_eq!((&stored["id"], &stored["id"]), (&told["id"], &id.into()), "{fields}");
        for name in ["model", "created", "system_fingerprint"] {
            assert_eq!(stored[name], told[name], "{fields}: {name}");
        }
        for name in ["total_tokens", "completion_tokens", "prompt_tokens"] {
            assert_eq!(stored["usage"][name], told["usage"][name], "{fields}");
        }
        for (name, default) in [
            ("temperature", json!(1.0)),
            ("top_p", json!(1.0)),
            ("presence_penalty", json!(0.0)),
            ("tools", Value::Null),
            ("tool_choice", Value::Null),
            ("response_format", Value::Null),
        ] {
            let sent = fields.get(name).unwrap_or(&default);
            assert!(stored[name] == *sent || stored[name].as_f64() == sent.as_f64(), "{fields}: {name}");
        }
        assert_eq!(stored["input_user"], fields["user"]);
        // A model that tells no tier has the default one.
        assert_eq!(
            stored["service_tier"],
            *told.get("service_tier").unwrap_or(&"default".into()),
            "{fields}"
        );
        let (choices, expected) = (&stored["choices"], told["choices"].as_array().expect("choices"));
        assert_eq!(choices.as_array().map(Vec::len), Some(expected.len()));
        for (at, choice) in expected.iter().enumerate() {
            let (stored, told) = (&choices[at]["message"], &choice["message"]);
            for name in ["tool_calls", "function_call", "role", "refusal"] {
                assert_eq!(stored[name], told[name], "{fields}: {name}");
            }
            let spoken = &told["audio"]["transcript"];
            let words = if spoken.is_null() { &told["content"] } else { spoken };
            assert_eq!(stored["content"], *words, "{fields}");
            assert_eq!(choices[at]["finish_reason"], choice["finish_reason"]);
            assert_eq!(choices[at]["logprobs"], choice["logprobs"]);
        }
    }
}

#[test]
fn one_request_twice_is_two_completions() {
    let fake = Fake::new();
    let first = store(&fake, &json!({}));
    let others = [store(&fake, &json!({"stream": true})), store(&fake, &json!({"n": 2}))];
    assert!(first != others[0] && first != others[1] && others[0] != others[1]);
    let newest_first = vec![others[1].clone(), others[0].clone(), first.clone()];
    assert_eq!(ids(&fake, "/v1/chat/completions"), (newest_first, false));
    // Alike in every run, and for every key.
    let again = Fake::new();
    assert_eq!([store(&again, &json!({})), store(&again, &json!({}))], [first.clone(), others[0].clone()]);
    // What is not stored keeps its id.
    let reply = fake.chat(r#"{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}]}"#);
    assert_eq!(json(&reply)["id"], *first);
    // An id that is free is given again.
    send(&fake, "DELETE", &format!("/v1/chat/completions/{first}"), "sk-test", "");
    assert_eq!(store(&fake, &json!({})), first);
}

#[test]
fn lists_are_filtered_and_cut() {
    let fake = Fake::new();
    let mini = store(&fake, &json!({"model": "gpt-4o-mini", "metadata": {"suite": "a", "case": "1"}}));
    let large = store(&fake, &json!({"metadata": {"suite": "a", "case": "2"}}));
    let other = store(&fake, &json!({"seed": 1, "metadata": {"suite": "b c"}}));
    let (m, l, o) = (mini.as_str(), large.as_str(), other.as_str());
    for (query, expected, more) in [
        ("", vec![o, l, m], false),
        ("?order=desc", vec![o, l, m], false),
        ("?order=asc", vec![m, l, o], false),
        ("?limit=2", vec![o, l], true),
        ("?limit=3", vec![o, l, m], false),
        ("?limit=1&order=asc", vec![m], true),
        (&format!("?after={o}"), vec![l, m], false),
        (&format!("?after={o}&limit=1"), vec![l], true),
        (&format!("?after={m}"), vec![], false),
        (&format!("?after={m}&order=asc"), vec![l, o], false),
        ("?model=gpt-4o-mini", vec![m], false),
        ("?model=gpt-4o", vec![o, l], false),
        ("?model=gpt-4o-2024-08-06&limit=1", vec![o], true),
        ("?model=gpt-4", vec![], false),
        ("?metadata[suite]=a", vec![l, m], false),
        ("?metadata%5Bsuite%5D=b+c", vec![o], false),
        ("?metadata[suite]=a&metadata[case]=1", vec![m], false),
        ("?metadata[suite]=a&metadata[case]=3", vec![], false),
        ("?metadata[none]=", vec![], false),
        (&format!("?metadata[suite]=a&after={o}&limit=1"), vec![l], true),
    ] {
        let (found, has_more) = ids(&fake, &format!("/v1/chat/completions{query}"));
        assert_eq!((found.iter().map(String::as_str).collect(), has_more), (expected, more), "{query}");
    }
    // What is filtered by is what was put there last.
    let path = format!("/v1/chat/completions/{mini}");
    let changed = json(&fake.post(&path, r#"{"metadata":{"suite":"z"}}"#));
    assert_eq!(changed["metadata"], json!({"suite": "z"}));
    assert_eq!(json(&fake.get(&path)), changed);
    assert_eq!(ids(&fake, "/v1/chat/completions?metadata[suite]=z").0, [mini]);
}

#[test]
fn twenty_are_listed_unless_more_are_asked_for() {
    let fake = Fake::new();
    for _ in 0..21 {
        store(&fake, &json!({}));
    }
    let list = |query| ids(&fake, &format!("/v1/chat/completions{query}"));
    let (first, more) = list("");
    assert_eq!((first.len(), more), (20, true));
    let (all, more) = list("?limit=100");
    assert_eq!((all.len(), more), (21, false));
    assert_eq!(all[..20], first);
}

#[test]
fn messages_are_listed_as_they_were_sent() {
    let fake = Fake::new();
    let messages = json!([
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": [
            {"type": "text", "text": "What is it?"},
            {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
        ], "name": "ann"},
        {"role": "assistant", "content": null, "tool_calls": [
            {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}},
        ]},
        {"role": "tool", "tool_call_id": "call_1", "content": "7"},
        {"role": "assistant", "content": [{"type": "refusal", "refusal": "No."}]},
        {"role": "user", "content": []},
    ]);
    let id = store(&fake, &json!({"messages": messages}));
    let path = format!("/v1/chat/completions/{id}/messages");
    let all = |order: [usize; 6]| order.map(|at| format!("{id}-{at}")).to_vec();
    assert_eq!(ids(&fake, &path), (all([0, 1, 2, 3, 4, 5]), false));
    assert_eq!(ids(&fake, &format!("{path}?order=desc")), (all([5, 4, 3, 2, 1, 0]), false));
    assert_eq!(ids(&fake, &format!("{path}?limit=1&after={id}-1")), (vec![format!("{id}-2")], true));
    let list = json(&fake.get(&path));
    let none = Value::Null;
    let text =
        json!({"type": "text", "text": "What is it?", "image_url": none, "input_audio": none, "file": none});
    assert_eq!(list["data"][0]["content"], "Be brief.");
    assert_eq!(list["data"][1]["content_parts"][0], text);
    assert_eq!(list["data"][1]["content_parts"][1]["image_url"]["url"], "https://example.com/a.png");
    assert_eq!(list["data"][1]["name"], "ann");
    assert_eq!(list["data"][2]["content"], none);
    assert_eq!(list["data"][3]["content"], "7");
    assert_eq!(list["data"][4]["content_parts"][0]["text"], "No.");
    assert_eq!((&list["data"][5]["content"], &list["data"][5]["content_parts"]), (&none, &none));
}

#[test]
fn a_conversation_goes_through_its_life() {
    let fake = Fake::new();
    let created = json(&fake.post("/v1/conversations", r#"{"metadata":{"a":"b"}}"#));
    assert_eq!(format!("/v1/conversations/{}", created["id"].as_str().expect("an id")), CONVERSATION);
    assert_eq!(json(&fake.get(CONVERSATION)), created);
    let items = format!("{CONVERSATION}/items");
    assert_eq!(ids(&fake, &items), (Vec::new(), false));
    let body =
        r#"{"items":[{"role":"user","content":"One"},{"id":"msg_mine","role":"user","content":"Two"}]}"#;
    let added = json(&fake.post(&items, body));
    let one = added["first_id"].as_str().expect("an id");
    assert_eq!((&added["last_id"], &added["has_more"]), (&json!("msg_mine"), &json!(false)));
    let both = vec!["msg_mine".to_owned(), one.to_owned()];
    assert_eq!(ids(&fake, &items), (both.clone(), false), "the newest first");
    assert_eq!(ids(&fake, &format!("{items}?limit=1&order=asc")), (vec![one.to_owned()], true));
    assert_eq!(
        ids(&fake, &format!("{items}?after=msg_mine&include[]=reasoning.encrypted_content")).0,
        both[1..]
    );
    assert_eq!(json(&fake.get(&format!("{items}/{one}"))), added["data"][0]);
    let left = send(&fake, "DELETE", &format!("{items}/{one}"), "sk-test", "");
    assert_eq!(json(&left), created);
    assert_eq!(ids(&fake, &items).0, ["msg_mine"]);
    // The id of one that is gone is not given to another.
    let third = json(&fake.post(&items, r#"{"items":[{"role":"user","content":"One"}]}"#));
    assert_ne!(third["first_id"], *one);
    assert_eq!(json(&fake.post(CONVERSATION, r#"{"metadata":{"c":"d"}}"#))["metadata"], json!({"c": "d"}));
    assert_eq!(send(&fake, "DELETE", CONVERSATION, "sk-test", "").status, 200);
    assert_eq!(fake.get(CONVERSATION).status, 404);
    assert_eq!(fake.get(&items).status, 404);
    assert_ne!(json(&fake.post("/v1/conversations", "{}"))["id"], created["id"]);
}

#[test]
fn metadata_that_is_null_takes_away_what_there_was() {
    let fake = Fake::new();
    let completion = format!("/v1/chat/completions/{}", store(&fake, &json!({"metadata": {"a": "b"}})));
    fake.post("/v1/conversations", r#"{"metadata":{"a":"b"}}"#);
    for path in [&completion, CONVERSATION] {
        assert_eq!(json(&fake.get(path))["metadata"], json!({"a": "b"}), "{path}");
        assert_eq!(json(&fake.post(path, r#"{"metadata":null}"#))["metadata"], json!({}), "{path}");
        assert_eq!(json(&fake.get(path))["metadata"], json!({}), "{path}");
    }
}

#[test]
fn each_key_sees_its_own_until_a_reset() {
    let fake = Fake::new();
    let chat = r#"{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}],"store":true}"#;
    let make = |key: &str| {
        let completion = json(&send(&fake, "POST", "/v1/chat/completions", key, chat))["id"].clone();
        let conversation = json(&send(&fake, "POST", "/v1/conversations", key, "{}"))["id"].clone();
        (completion, conversation)
    };
    let held = |key: &str| {
        let list = json(&send(&fake, "GET", "/v1/chat/completions", key, ""));
        let conversation = send(&fake, "GET", CONVERSATION, key, "").status;
        (list["data"].as_array().map_or(0, Vec::len), conversation)
    };
    let first = make("sk-one");
    assert_eq!(make("sk-two"), first, "the same ids whatever the key");
    assert_eq!(held("sk-three"), (0, 404));
    send(&fake, "DELETE", "/__parlel/requests", "sk-one", "");
    assert_eq!((held("sk-one"), held("sk-two")), ((1, 200), (1, 200)), "not what was captured alone");
    send(&fake, "POST", "/__parlel/reset", "sk-one", "");
    assert_eq!((held("sk-one"), held("sk-two")), ((0, 404), (1, 200)));
    assert_eq!(make("sk-one"), first, "as at first");
    fake.send(Request::new("POST", "/__parlel/reset"));
    assert_eq!((held("sk-one"), held("sk-two")), ((0, 404), (0, 404)));
}

#[test]
fn what_is_stored_is_bounded() {
    let fake = Fake::new();
    let small = store(&fake, &json!({}));
    let text = "x".repeat(3 << 20);
    let body = json!({"items": [{"role": "user", "content": text}]}).to_string();
    let made: Vec<String> = (0..24)
        .map(|_| json(&send(&fake, "POST", "/v1/conversations", "sk-large", &body))["id"].to_string())
        .collect();
    let status = |id: &str| {
        let path = format!("/v1/conversations/{}", id.trim_matches('"'));
        send(&fake, "GET", &path, "sk-large", "").status
    };
    assert_eq!((status(&made[0]), status(&made[23])), (404, 200), "the oldest is gone");
    let kept = made.iter().filter(|id| status(id) == 200).count();
    assert_eq!(kept, 21, "of 3 MiB each in 64 MiB");
    assert_eq!(ids(&fake, "/v1/chat/completions").0, [small], "who stores little keeps it");
}
