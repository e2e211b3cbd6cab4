//! Filters, order and pages of the list of captured requests.

use crate::capture::numbers;
use crate::capture::with_key;
use crate::support::CHAT;
use crate::support::Fake;
use crate::support::STREAM;
use crate::support::refuses;
use openai_fake::Request;
use openai_fake::answer;
use serde_json::Value;
use serde_json::json;
use std::sync::Arc;

/// Six requests: a rule answers the second, the third comes without a key, and the sixth is a stream that was not sent to its end.
fn six() -> Fake {
    let fake = Fake::new();
    fake.chat(CHAT);
    let rules = json!([{"name": "greeting", "match": {"model": "gpt-4.1"}, "answer": {"text": "Hello!"}}]);
    fake.state.add_rules(&rules).expect("rules");
    fake.chat(&CHAT.replace("gpt-4o", "gpt-4.1"));
    fake.send(Request::new("GET", "/v1/models"));
    fake.chat("{}");
    let mut bytes = with_key("other", "");
    bytes.body = b"\xffgr\xc3\xbc\xc3\x9fe\xff".to_vec();
    fake.send(bytes);
    answer(&fake.state, &Arc::new(with_key("other", STREAM)));
    fake
}

#[test]
fn filters_choose() {
    let fake = six();
    for (query, expected) in [
        ("", vec![1, 2, 3, 4, 5, 6]),
        ("?kind=chat", vec![1, 2, 4, 5, 6]),
        ("?kind=models", vec![3]),
        ("?kind=nothing", vec![]),
        ("?path=/v1/models", vec![3]),
        ("?path=%2Fv1%2Fmodels", vec![3]),
        ("?model=gpt-4.1", vec![2]),
        ("?status=400", vec![4, 5]),
        ("?rule=greeting", vec![2]),
        ("?rule=greet", vec![]),
        ("?fault=429", vec![]),
        ("?text=Hello", vec![1, 2, 6]),
        ("?text=gpt-4o", vec![1, 6]),
        ("?text=gr%C3%BC%C3%9Fe", vec![5]),
        ("?text=%EF%BF%BD", vec![]),
        ("?text=", vec![1, 2, 3, 4, 5, 6]),
        ("?key=sk-test", vec![1, 2, 4]),
        ("?key=other", vec![5, 6]),
        ("?key=", vec![3]),
        ("?ended=false", vec![6]),
        ("?ended=true", vec![]),
        ("?since=4", vec![5, 6]),
        ("?after=4", vec![5, 6]),
        ("?since=4&after=5", vec![6]),
        ("?since=5&after=4", vec![6]),
        ("?before=3", vec![1, 2]),
        ("?after=1&before=4", vec![2, 3]),
        ("?kind=chat&status=200&since=1", vec![2, 6]),
        // Of several the first, as anywhere in a query.
        ("?kind=models&kind=chat", vec![3]),
    ] {
        let list = fake.captured(query, None);
        assert_eq!(numbers(&list), expected, "{query}");
        assert_eq!((&list["count"], &list["has_more"]), (&json!(expected.len()), &json!(false)), "{query}");
    }
    // With a key, its own numbers, and of another key nothing.
    assert_eq!(numbers(&fake.captured("?after=1", Some("other"))), [2]);
    assert_eq!(numbers(&fake.captured("?key=other&after=1", Some("other"))), [2]);
    assert_eq!(numbers(&fake.captured("?key=sk-test", Some("other"))), Vec::<u64>::new());
}

#[test]
fn a_limit_leaves_the_newest_or_a_page() {
    let fake = six();
    for (query, expected, has_more) in [
        ("?limit=2", vec![5, 6], true),
        ("?limit=0", vec![], true),
        ("?limit=6", vec![1, 2, 3, 4, 5, 6], false),
        ("?limit=7", vec![1, 2, 3, 4, 5, 6], false),
        ("?kind=chat&limit=3", vec![4, 5, 6], true),
        ("?since=2&limit=2", vec![5, 6], true),
        ("?before=4&limit=2", vec![2, 3], true),
        ("?order=asc", vec![1, 2, 3, 4, 5, 6], false),
        ("?order=asc&limit=2", vec![1, 2], true),
        ("?order=desc", vec![6, 5, 4, 3, 2, 1], false),
        ("?order=desc&limit=2", vec![6, 5], true),
        ("?order=desc&before=5&limit=2", vec![4, 3], true),
        ("?order=desc&after=4&limit=2", vec![6, 5], false),
        ("?after=2&limit=2", vec![3, 4], true),
        ("?after=4&limit=2", vec![5, 6], false),
        ("?after=6&limit=2", vec![], false),
    ] {
        let list = fake.captured(query, None);
        assert_eq!((numbers(&list), &list["has_more"]), (expected, &Value::Bool(has_more)), "{query}");
    }
    assert_eq!(fake.captured("?kind=chat&limit=1", None)["count"], 5);
    assert_eq!(fake.captured("?limit=1", None)["count"], 6);
}

#[test]
fn pages_in_either_order_are_the_whole_list() {
    let fake = six();
    for (order, next) in [("asc", "after"), ("desc", "before")] {
        let whole = numbers(&fake.captured(&format!("?order={order}&kind=chat"), None));
        for limit in 1..=6 {
            let (mut pages, mut from) = (Vec::new(), String::new());
            loop {
                let query = format!("?order={order}&kind=chat&limit={limit}{from}");
                let list = fake.captured(&query, None);
                pages.extend(numbers(&list));
                if list["has_more"] == false {
                    break;
                }
                from = format!("&{next}={}", pages.last().expect("a page is not empty"));
            }
            assert_eq!(pages, whole, "{order} by {limit}");
        }
    }
}

#[test]
fn a_filter_that_cannot_be_read_is_refused() {
    let fake = Fake::new();
    for (query, param, code, said) in [
        ("?knd=chat", "knd", "unknown_parameter", "Did you mean 'key' or 'kind'?"),
        ("?odrer=asc", "odrer", "unknown_parameter", "Did you mean 'order'?"),
        ("?kind=chat&colour=red", "colour", "unknown_parameter", "'colour'."),
        ("?since=yesterday", "since", "invalid_value", "the number `n`"),
        ("?after=-1", "after", "invalid_value", "the number `n`"),
        ("?before=1.5", "before", "invalid_value", "the number `n`"),
        ("?limit=-1", "limit", "invalid_value", "a whole number"),
        ("?status=good", "status", "invalid_value", "400"),
        ("?ended=yes", "ended", "invalid_value", "true or false"),
        ("?order=newest", "order", "invalid_value", "asc or desc"),
    ] {
        let reply = fake.send(Request::new("GET", &format!("/__parlel/requests{query}")));
        let message = refuses(&reply, 400, Some(param), Some(code));
        assert!(message.contains(said), "{query}: {message}");
    }
}
