//! What a chat says and how long, one case a line.

use super::Answer;
use super::Case;
use super::ask;
use super::say;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// What the same request is answered without any fields.
fn plain() -> Answer {
    ask("{}")
}

fn is_beginning(answer: &Answer, of: &Answer) -> bool {
    of.text().starts_with(answer.text()) && answer.text().len() < of.text().len()
}

fn all_differ(answer: &Answer) -> bool {
    let mut texts = answer.texts();
    texts.sort_unstable();
    texts.windows(2).all(|pair| pair[0] != pair[1])
}

#[rustfmt::skip]
pub(super) const LENGTHS: &[Case] = &[
    ("{}", |a| a.choices().len() == 1 && a.ends("stop") && !a.text().is_empty()),
    ("{}", |a| a.text() == plain().text() && a.at("/id") == plain().at("/id")),
    (r#"{"n":1}"#, |a| a.text() == plain().text()),
    (r#"{"n":2}"#, |a| a.choices().len() == 2 && a.texts()[0] == plain().text() && all_differ(a)),
    (r#"{"n":20}"#, |a| a.texts().len() == 20 && a.texts()[0] == plain().text() && a.choices().iter().enumerate().all(|(at, choice)| choice["index"] == at) && all_differ(a)),
    (r#"{"n":128,"max_tokens":1}"#, |a| a.choices().len() == 128 && a.completion() == 128),
    (r#"{"n":3}"#, |a| a.prompt() == plain().prompt() && a.completion() > plain().completion()),
    (r#"{"n":3,"max_tokens":4}"#, |a| a.completion() == 12 && a.ends("length")),
    (r#"{"n":4,"max_completion_tokens":5}"#, |a| a.completion() == 20 && a.ends("length")),
    (r#"{"max_tokens":1}"#, |a| a.completion() == 1 && a.ends("length") && is_beginning(a, &plain())),
    (r#"{"max_tokens":3}"#, |a| a.completion() == 3 && a.ends("length") && is_beginning(a, &plain())),
    (r#"{"max_tokens":9}"#, |a| a.completion() == 9 && a.ends("length") && is_beginning(a, &plain())),
    (r#"{"max_completion_tokens":3}"#, |a| a.text() == ask(r#"{"max_tokens":3}"#).text() && a.ends("length")),
    (r#"{"max_tokens":2000}"#, |a| a.text() == plain().text() && a.ends("stop")),
    (r#"{"max_completion_tokens":2000}"#, |a| a.text() == plain().text() && a.completion() == plain().completion()),
    (r#"{"stop":"."}"#, |a| !a.text().contains('.') && a.ends("stop") && is_beginning(a, &plain())),
    (r#"{"stop":["."]}"#, |a| a.text() == ask(r#"{"stop":"."}"#).text()),
    (r#"{"stop":[" the",".",","]}"#, |a| ![" the", ".", ","].iter().any(|stop| a.text().contains(stop)) && is_beginning(a, &plain())),
    (r#"{"stop":"never said"}"#, |a| a.text() == plain().text() && a.completion() == plain().completion()),
    (r#"{"stop":["",".","",""]}"#, |a| a.text() == ask(r#"{"stop":"."}"#).text()),
    (r#"{"stop":[]}"#, |a| a.text() == plain().text()),
    (r#"{"stop":"."}"#, |a| a.completion() < plain().completion()),
    (r#"{"stop":".","max_tokens":2}"#, |a| a.ends("length") && a.completion() == 2),
    (r#"{"n":3,"stop":" "}"#, |a| a.texts().iter().all(|text| !text.contains(' ')) && a.ends("stop")),
    (r#"{"model":"gpt-5","verbosity":"low"}"#, |a| a.text().len() < ask(r#"{"model":"gpt-5"}"#).text().len()),
    (r#"{"model":"gpt-5","verbosity":"high"}"#, |a| a.text().len() > ask(r#"{"model":"gpt-5"}"#).text().len() && a.text().contains("\n\n")),
    (r#"{"model":"gpt-5","verbosity":"medium"}"#, |a| !a.text().contains('\n')),
];

#[rustfmt::skip]
pub(super) const CONTENTS: &[Case] = &[
    (r#"{"seed":1}"#, |a| a.text() == ask(r#"{"seed":1}"#).text()),
    (r#"{"seed":-9223372036854775808}"#, |a| a.ends("stop")),
    (r#"{"top_p":0.1}"#, |a| a.text() != plain().text()),
    (r#"{"frequency_penalty":1}"#, |a| a.text() != plain().text()),
    (r#"{"temperature":null,"seed":null}"#, |a| a.text() == plain().text()),
    (r#"{"user":"u"}"#, |a| a.body == plain().body),
    (r#"{"store":true}"#, |a| a.body == plain().body),
    (r#"{"store":true,"metadata":{"a":"b"}}"#, |a| a.body == plain().body),
    (r#"{"safety_identifier":"s"}"#, |a| a.body == plain().body),
    (r#"{"prompt_cache_key":"k"}"#, |a| a.body == plain().body),
    (r#"{"prompt_cache_retention":"24h"}"#, |a| a.body == plain().body),
    (r#"{"prompt_cache_options":{}}"#, |a| a.body == plain().body),
    (r#"{"prompt_cache_options":{"mode":"explicit","ttl":"30m"}}"#, |a| a.body == plain().body),
    (r#"{"service_tier":"scale"}"#, |a| a.at("/service_tier") == "default" && a.text() == plain().text()),
    (r#"{"stream":false}"#, |a| a.body == plain().body),
    (r#"{"service_tier":"auto"}"#, |a| a.body == plain().body),
    ("{}", |a| a.at("/service_tier") == "default"),
    (r#"{"service_tier":"default"}"#, |a| a.at("/service_tier") == "default"),
    (r#"{"service_tier":"flex"}"#, |a| a.at("/service_tier") == "flex" && a.text() == plain().text()),
    (r#"{"service_tier":"priority"}"#, |a| a.at("/service_tier") == "priority"),
    (r#"{"service_tier":"fast"}"#, |a| a.at("/service_tier") == "priority" && a.text() == plain().text()),
    (r#"{"messages":[{"role":"user","content":"Hallo"}]}"#, |a| a.text() != plain().text()),
    (r#"{"messages":[{"role":"user","content":[{"type":"text","text":"Hello"}]}]}"#, |a| a.ends("stop")),
    (r#"{"messages":[{"role":"user","content":"Hello","name":"Ada"}]}"#, |a| a.text() != plain().text()),
    (r#"{"messages":[{"role":"user","content":[{"type":"text","text":"Hello"},{"type":"image_url","image_url":{"url":"https://a.b/c.png"}}]}]}"#, |a| a.text() != plain().text()),
    (r#"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.b/c.png"}}]}]}"#, |a| a.text() != ask(r#"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.b/d.png"}}]}]}"#).text()),
    (r#"{"messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"file-1"}}]}]}"#, |a| a.text() != ask(r#"{"messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"file-2"}}]}]}"#).text()),
    (r#"{"model":"gpt-audio","messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}}]}]}"#, |a| a.ends("stop") && !a.text().is_empty()),
    (r#"{"messages":[{"role":"assistant","content":"Hi"}]}"#, |a| a.ends("stop")),
    (r#"{"messages":[{"role":"user","content":""}]}"#, |a| !a.text().is_empty()),
    (r#"{"response_format":{"type":"text"}}"#, |a| a.ends("stop") && a.json().is_null()),
    (r#"{"response_format":{"type":"json_object"},"messages":[{"role":"user","content":"Answer in JSON"}]}"#, |a| a.json().is_object()),
    (r#"{"response_format":{"type":"json_object"},"messages":[{"role":"system","content":"json"},{"role":"user","content":"Hi"}]}"#, |a| a.json().is_object() && a.ends("stop")),
    (r#"{"response_format":{"type":"json_object"},"n":2,"messages":[{"role":"user","content":[{"type":"text","text":"As JSON"}]}]}"#, |a| a.texts().iter().all(|text| serde_json::from_str::<Value>(text).is_ok_and(|value| value.is_object()))),
    (r#"{"response_format":{"type":"json_object"},"max_tokens":1,"messages":[{"role":"user","content":"Answer in JSON"}]}"#, |a| a.ends("length") && a.completion() == 1),
    (r#"{"response_format":{"type":"json_schema","json_schema":{"name":"a"}}}"#, |a| a.json().is_object()),
    (r#"{"messages":[{"role":"user","content":"Please [refusal] now"}]}"#, |a| a.message()["content"].is_null() && a.message()["refusal"].as_str().is_some_and(|text| text == "I'm sorry, but I can't help with that request.") && a.ends("stop")),
    (r#"{"messages":[{"role":"user","content":[{"type":"text","text":"[refusal]"}]}],"n":2}"#, |a| a.choices().iter().all(|choice| choice["message"]["refusal"].is_string()) && a.ends("stop")),
    (r#"{"messages":[{"role":"user","content":"[refusal]"}],"max_tokens":2}"#, |a| a.ends("length") && a.completion() == 2 && a.message()["refusal"] == "I'm sorry"),
    (r#"{"messages":[{"role":"user","content":"[refusal]"},{"role":"assistant","content":"No"},{"role":"user","content":"Why?"}]}"#, |a| a.message()["refusal"].is_null() && !a.text().is_empty()),
    (r#"{"messages":[{"role":"system","content":"[refusal]"},{"role":"user","content":"Hi"}]}"#, |a| a.message()["refusal"].is_null()),
    (r#"{"messages":[{"role":"user","content":"[refusal]"}],"response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{"type":"object","properties":{}}}}}"#, |a| a.message()["refusal"].is_string() && a.message()["content"].is_null()),
    (r#"{"messages":[{"role":"user","content":"[refusal]"}],"logprobs":true}"#, |a| a.at("/choices/0/logprobs/content").is_null() && a.at("/choices/0/logprobs/refusal/0/token").is_string()),
    (r#"{"messages":[{"role":"user","content":"Say [content_filter]"}]}"#, |a| a.ends("content_filter") && !a.text().is_empty() && !a.text().ends_with('.')),
    (r#"{"messages":[{"role":"user","content":"[content_filter]"}],"n":2}"#, |a| a.ends("content_filter") && a.choices().len() == 2),
];

/// Answers that can be heard, and what is told of moderation.
#[rustfmt::skip]
pub(super) const BESIDES: &[Case] = &[
    (r#"{"modalities":["text"]}"#, |a| a.message().get("audio").is_none() && !a.text().is_empty()),
    (r#"{"model":"gpt-audio","modalities":["text","audio"],"audio":{"voice":"alloy","format":"pcm16"}}"#, |a| a.message()["content"].is_null() && a.ends("stop")),
    (r#"{"model":"gpt-audio","modalities":["text","audio"],"audio":{"voice":"alloy","format":"pcm16"}}"#, |a| a.at("/choices/0/message/audio/expires_at") == 1_700_003_601),
    (r#"{"model":"gpt-audio","modalities":["text","audio"],"audio":{"voice":"alloy","format":"pcm16"}}"#, |a| is_heard(a)),
    (r#"{"model":"gpt-audio","modalities":["text","audio"],"audio":{"voice":"alloy","format":"pcm16"},"max_tokens":3}"#, |a| is_heard(a) && a.ends("length")),
    (r#"{"moderation":{"model":"omni-moderation-latest"}}"#, |a| a.at("/moderation/input/results/0/flagged") == false && a.text() == plain().text()),
    (r#"{"moderation":{"model":"omni-moderation-latest"},"messages":[{"role":"user","content":"flag:violence"}]}"#, |a| a.at("/moderation/input/results/0/categories/violence") == true && a.at("/moderation/output/results/0/flagged") == false),
];

/// Whether a sound is as long as what it says, and is counted: a token for 50 ms, of 16-bit mono of 24 kHz.
fn is_heard(answer: &Answer) -> bool {
    let audio = answer.at("/choices/0/message/audio");
    let data = STANDARD.decode(audio["data"].as_str().expect("data")).expect("base64");
    let words = audio["transcript"].as_str().expect("a transcript").split_whitespace().count();
    let details = answer.at("/usage/completion_tokens_details");
    let told = |name: &str| details[name].as_u64().expect("a count");
    data.len() == words * 2 * 24_000 * 8 / 100
        && told("audio_tokens") == data.len().div_ceil(2400) as u64
        && told("audio_tokens") + told("text_tokens") == answer.completion()
        && told("text_tokens") > 0
}

/// Requests whose answers all differ from one another, and from that without any fields.
pub(super) const OTHERS: &[&str] = &[
    r#"{"messages":[{"role":"assistant","audio":{"id":"audio_1"}},{"role":"user","content":"Hello"}]}"#,
    r#"{"messages":[{"role":"assistant","content":[{"type":"audio","audio":{"id":"audio_1"}}]},{"role":"user","content":"Hello"}]}"#,
    r#"{"messages":[{"role":"assistant","content":[{"type":"refusal","refusal":"No"}]},{"role":"user","content":"Hello"}]}"#,
    r#"{"messages":[{"role":"assistant","tool_calls":[{"id":"a","type":"custom","custom":{"name":"f","input":"x"}}]},{"role":"tool","tool_call_id":"a","content":"7"},{"role":"user","content":"Hello"}]}"#,
    r#"{"messages":[{"role":"user","content":[{"type":"text","text":"Hello","prompt_cache_breakpoint":{"mode":"explicit"}}]}]}"#,
    r#"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.b/c.png"},"prompt_cache_breakpoint":{"mode":"explicit","ttl":"30m"}}]}]}"#,
    r#"{"messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"file-3"},"prompt_cache_breakpoint":{"mode":"explicit"}}]}]}"#,
    r#"{"model":"gpt-audio","messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"},"prompt_cache_breakpoint":{"mode":"explicit"}}]}]}"#,
    r#"{"seed":1}"#,
    r#"{"seed":2}"#,
    r#"{"temperature":0}"#,
    r#"{"temperature":2}"#,
    r#"{"top_p":0.5}"#,
    r#"{"presence_penalty":1}"#,
    r#"{"frequency_penalty":-2}"#,
    r#"{"logit_bias":{"50":5}}"#,
    r#"{"verbosity":"medium"}"#,
    r#"{"messages":[{"role":"system","content":"Be kind"},{"role":"user","content":"Hello"}]}"#,
    r#"{"messages":[{"role":"developer","content":"Be kind"},{"role":"user","content":"Hello"}]}"#,
    r#"{"messages":[{"role":"user","content":"Hello"},{"role":"assistant","content":"Hi"},{"role":"user","content":"Hello"}]}"#,
    r#"{"messages":[{"role":"user","content":"Hello","name":"Al"}]}"#,
    r#"{"messages":[{"role":"assistant","refusal":"No"},{"role":"user","content":"Hello"}]}"#,
    r#"{"messages":[{"role":"function","name":"f","content":"7"},{"role":"user","content":"Hello"}]}"#,
    r#"{"messages":[{"role":"user","content":[{"type":"text","text":"Hello"},{"type":"image_url","image_url":{"url":"https://x.test/a.png"}}]}]}"#,
    r#"{"messages":[{"role":"user","content":[{"type":"text","text":"Hello"},{"type":"image_url","image_url":{"url":"https://x.test/b.png"}}]}]}"#,
    r#"{"messages":[{"role":"user","content":[{"type":"text","text":"Hello"},{"type":"file","file":{"file_id":"file-1"}}]}]}"#,
    r#"{"model":"any","messages":[{"role":"user","content":[{"type":"text","text":"Hello"},{"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}}]}]}"#,
];

#[test]
fn each_of_these_makes_it_another_answer() {
    let mut answers = vec![plain().text().to_owned()];
    for fields in OTHERS {
        let answer = ask(fields).text().to_owned();
        assert_eq!(ask(fields).text(), answer, "{fields}");
        assert!(!answers.contains(&answer), "{fields}");
        answers.push(answer);
    }
}

/// The likeliest tokens at each place: so many, the likeliest first, together at most certain, and the
/// one that was said among them.
fn are_likely(answer: &Answer, count: usize) -> bool {
    answer.guesses().iter().all(|guess| {
        let top = guess["top_logprobs"].as_array().expect("a list");
        let logprobs: Vec<f64> = top.iter().map(|one| one["logprob"].as_f64().expect("a number")).collect();
        top.len() == count
            && logprobs.windows(2).all(|pair| pair[0] >= pair[1])
            && logprobs.iter().map(|logprob| logprob.exp()).sum::<f64>() <= 1.0
            && top.iter().any(|one| one["token"] == guess["token"] && one["logprob"] == guess["logprob"])
            && top.iter().all(has_bytes)
    })
}

fn has_bytes(one: &Value) -> bool {
    let bytes: Vec<u8> = one["bytes"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|byte| byte.as_u64().expect("a byte") as u8)
        .collect();
    let token = one["token"].as_str().expect("a token");
    token.as_bytes() == bytes || (token.starts_with("\\x") && std::str::from_utf8(&bytes).is_err())
}

fn tokens(answer: &Answer) -> Vec<&str> {
    answer.guesses().iter().filter_map(|guess| guess["token"].as_str()).collect()
}

#[rustfmt::skip]
pub(super) const PROBABILITIES: &[Case] = &[
    ("{}", |a| a.at("/choices/0").get("logprobs") == Some(&Value::Null)),
    (r#"{"logprobs":false}"#, |a| a.at("/choices/0").get("logprobs") == Some(&Value::Null)),
    (r#"{"logprobs":true}"#, |a| tokens(a).concat() == a.text() && a.text() == plain().text()),
    (r#"{"logprobs":true}"#, |a| a.guesses().len() as u64 == a.completion()),
    (r#"{"logprobs":true}"#, |a| a.guesses().iter().all(has_bytes)),
    (r#"{"logprobs":true}"#, |a| a.guesses().iter().all(|guess| guess["logprob"].as_f64().is_some_and(|logprob| logprob <= 0.0))),
    (r#"{"logprobs":true}"#, |a| are_empty(a)),
    (r#"{"logprobs":true}"#, |a| a.keys("/choices/0/logprobs") == "content refusal" && a.at("/choices/0/logprobs/refusal").is_null()),
    (r#"{"logprobs":true}"#, |a| a.keys("/choices/0/logprobs/content/0") == "token logprob bytes top_logprobs"),
    (r#"{"logprobs":true,"top_logprobs":0}"#, |a| are_empty(a)),
    (r#"{"logprobs":true,"top_logprobs":1}"#, |a| are_likely(a, 1)),
    (r#"{"logprobs":true,"top_logprobs":2}"#, |a| are_likely(a, 2)),
    (r#"{"logprobs":true,"top_logprobs":5}"#, |a| are_likely(a, 5)),
    (r#"{"logprobs":true,"top_logprobs":20}"#, |a| are_likely(a, 20)),
    (r#"{"logprobs":true,"top_logprobs":3}"#, |a| a.keys("/choices/0/logprobs/content/0/top_logprobs/0") == "token logprob bytes"),
    (r#"{"logprobs":true,"n":3}"#, |a| a.choices().iter().all(|choice| choice["logprobs"]["content"].as_array().is_some_and(|list| !list.is_empty()))),
    (r#"{"logprobs":true,"max_tokens":4}"#, |a| a.guesses().len() == 4),
    (r#"{"logprobs":true,"stop":"."}"#, |a| tokens(a).concat() == a.text()),
    (r#"{"model":"gpt-5.1","logprobs":true,"top_logprobs":5}"#, |a| are_likely(a, 5)),
    (r#"{"model":"gpt-3.5-turbo","logprobs":true,"top_logprobs":4}"#, |a| are_likely(a, 4) && tokens(a).concat() == a.text()),
    // " the" in either vocabulary.
    (r#"{"logprobs":true,"logit_bias":{"4":-100,"279":-100,"290":-100}}"#, |a| !tokens(a).contains(&" the") && !a.text().is_empty()),
    (r#"{"n":3,"logit_bias":{"4":-100,"279":-100,"290":-100}}"#, |a| a.texts().iter().all(|text| !text.contains(" the "))),
    (r#"{"logit_bias":{"13225":100}}"#, |a| a.text() == "Hello" && a.completion() == 1 && a.ends("stop")),
    (r#"{"logit_bias":{"13225":100},"max_tokens":2}"#, |a| a.text() == "HelloHello" && a.completion() == 2 && a.ends("length")),
    (r#"{"logit_bias":{"9906":100},"max_tokens":3}"#, |a| a.completion() == 3 && a.ends("length")),
    (r#"{"logit_bias":{"13225":100},"max_tokens":5000}"#, |a| a.completion() == 4096 && a.text().len() == 4096 * 5),
    (r#"{"logit_bias":{"9906":100}}"#, |a| a.completion() == 1 && a.ends("stop")),
    (r#"{"logit_bias":{"40":100},"max_tokens":5}"#, |a| a.text() == "IIIII" && a.completion() == 5),
    (r#"{"logit_bias":{"13225":1}}"#, |a| a.text() != plain().text() && a.text().len() > 20),
    // Only 100 and -100 decide.
    (r#"{"logit_bias":{"13225":99}}"#, |a| a.completion() > 4 && !a.text().starts_with("Hello")),
    (r#"{"logit_bias":{"290":-99},"n":9}"#, |a| a.texts().iter().any(|text| text.contains(" the "))),
    (r#"{"logit_bias":{}}"#, |a| a.ends("stop")),
    (r#"{"prediction":{"type":"content","content":"zzz"}}"#, |a| a.count("accepted_prediction_tokens") == 0 && a.count("rejected_prediction_tokens") > 0 && a.text() == plain().text()),
    (r#"{"prediction":{"type":"content","content":"zzz"}}"#, |a| a.completion() == plain().completion() + a.count("rejected_prediction_tokens")),
    (r#"{"prediction":{"type":"content","content":[{"type":"text","text":"Nothing","prompt_cache_breakpoint":{"mode":"explicit","ttl":"12h"}}]}}"#, |a| a.count("rejected_prediction_tokens") == 1),
    (r#"{"prediction":{"type":"content","content":[{"type":"text","text":"Nothing"}]}}"#, |a| a.count("rejected_prediction_tokens") == 1 && a.count("accepted_prediction_tokens") == 0),
    (r#"{"prediction":{"type":"content","content":"Nothing like it"}}"#, |a| a.count("rejected_prediction_tokens") == 3),
    ("{}", |a| a.count("accepted_prediction_tokens") + a.count("rejected_prediction_tokens") == 0),
    ("{}", |a| predicted(a.text(), 2)),
    ("{}", |a| predicted(a.text(), 1)),
];

fn are_empty(answer: &Answer) -> bool {
    !answer.guesses().is_empty()
        && answer.guesses().iter().all(|guess| guess["top_logprobs"] == Value::Array(Vec::new()))
}

/// Whether a prediction of so many halves of the text comes true.
fn predicted(text: &str, halves: usize) -> bool {
    let words: Vec<&str> = text.split_inclusive(' ').collect();
    let begins = words[..words.len() * halves / 2].concat();
    let answer = say(
        "Hello",
        &serde_json::json!({"prediction": {"type": "content", "content": begins.trim_end()}}).to_string(),
    );
    answer.text() == text
        && answer.count("accepted_prediction_tokens") > 0
        && answer.count("rejected_prediction_tokens") == 0
        && answer.completion() == plain().completion()
}
