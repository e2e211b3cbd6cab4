//! The keys of a rules file, as tables: what each takes and what it is for. Never reads one.

use crate::rules::shape::Key;
use crate::rules::shape::Takes;

const fn required(name: &'static str, takes: &'static Takes, help: &'static str) -> Key {
    Key { name, takes, required: true, help }
}

const fn optional(name: &'static str, takes: &'static Takes, help: &'static str) -> Key {
    Key { name, takes, required: false, help }
}

/// A whole file.
pub(crate) static FILE: &[Key] = &[
    required("rules", &Takes::List(&RULE), "The rules, each with a match and an answer."),
    optional("$schema", &Takes::Text, "Where an editor finds the schema of this file. Passed over."),
];

pub(crate) static RULE: Takes = Takes::Object(&[
    optional(
        "name",
        &Takes::Text,
        "What captured requests and errors call the rule; its file and number otherwise.",
    ),
    required("match", &Takes::Object(MATCH), "What must hold of a request: all of it. {} holds always."),
    optional("answer", &ANSWER, "What is answered, each time."),
    optional(
        "answers",
        &Takes::Some(&ANSWER),
        "What is answered the first time, the second time and so on; the last one stays.",
    ),
    optional("faults", &FAULTS, "What is made to go wrong, with each answer that has no faults of its own."),
    optional("times", &Takes::Whole(1), "How often the rule answers; then it is passed over."),
    optional(
        "priority",
        &Takes::Whole(i64::MIN),
        "Rules of a higher priority are asked first; 0 where it is left out.",
    ),
    optional("key", &Takes::Text, "The API key that the rule is for; it is for all where it is left out."),
]);

static FAULTS: Takes = Takes::Either(&[Takes::Text, Takes::Some(&Takes::Text)]);

static TEXT: Takes = Takes::Either(&[Takes::Text, Takes::Object(TEXT_TESTS), Takes::Null]);
static NAME: Takes = Takes::Either(&[Takes::Text, Takes::Object(NAME_TESTS), Takes::Null]);
static BODY: Takes =
    Takes::Either(&[Takes::Text, Takes::Number, Takes::Flag, Takes::Object(BODY_TESTS), Takes::Null]);
static RANGE: Takes =
    Takes::Either(&[Takes::Whole(0), Takes::Some(&Takes::Whole(0)), Takes::Object(RANGE_ENDS)]);
static ENDPOINT: Takes = Takes::Either(&[Takes::Text, Takes::Some(&Takes::Text)]);

/// What must hold.
pub(crate) static MATCH: &[Key] = &[
    optional("user", &TEXT, "What the last message of the user says; the prompt of a legacy completion."),
    optional("system", &TEXT, "What system and developer messages and `instructions` say."),
    optional("any", &TEXT, "What some turn says, whoever speaks."),
    optional(
        "tool_result",
        &TEXT,
        "What the tool has put out that the request ends with; null: it ends with something else.",
    ),
    optional("tool_call_id", &NAME, "The id of the call that this output answers."),
    optional("tool_called", &NAME, "The name of a tool that was called since the user spoke."),
    optional("turn", &RANGE, "Which answer of the conversation is asked for: 1 is the first."),
    optional("tools", &NAME, "The name of a tool that is offered; null: none is."),
    optional("model", &NAME, "The model, as it was sent or as replies name it."),
    optional(
        "endpoint",
        &ENDPOINT,
        "The operation: chat, responses, completion, embeddings, moderations, images, ..., or a path.",
    ),
    optional("schema", &NAME, "The name of the JSON schema that the answer is held to."),
    optional("input", &TEXT, "What is to be embedded or moderated, each input by itself, or drawn."),
    optional("header", &Takes::Map(&TEXT), "Headers by name, and what each says."),
    optional("key", &NAME, "The API key."),
    optional("body", &Takes::Map(&BODY), "Values of the body by JSON pointer, such as /metadata/test."),
    optional(
        "count",
        &RANGE,
        "The how manieth time this is that everything else in this match holds, for one API key.",
    ),
];

/// What a text or a name is tested by, these being the tests within tests.
const fn tests(one: &'static Takes, several: &'static Takes) -> [Key; 9] {
    [
        optional("contains", &Takes::Text, "It has this part."),
        optional("equals", &Takes::Text, "It is this."),
        optional("starts", &Takes::Text, "It begins so."),
        optional("ends", &Takes::Text, "It ends so."),
        optional("regex", &Takes::Text, "This regular expression matches a part of it."),
        optional("not", one, "This does not hold of it."),
        optional("any", several, "One of these holds of it."),
        optional("all", several, "All of these hold of it."),
        optional("fold", &Takes::Flag, "Whether capital letters are as small ones."),
    ]
}

static TEXT_TESTS: &[Key] = &tests(&TEXT, &Takes::Some(&TEXT));
static NAME_TESTS: &[Key] = &tests(&NAME, &Takes::Some(&NAME));

static BODY_TESTS: &[Key] = &[
    optional("contains", &Takes::Text, "Its text has this part; the JSON of what is no text."),
    optional("equals", &Takes::Json, "It is this value."),
    optional("starts", &Takes::Text, "It begins so."),
    optional("ends", &Takes::Text, "It ends so."),
    optional("regex", &Takes::Text, "This regular expression matches a part of it."),
    optional("not", &TEXT, "This does not hold of it."),
    optional("any", &Takes::Some(&TEXT), "One of these holds of it."),
    optional("all", &Takes::Some(&TEXT), "All of these hold of it."),
    optional("fold", &Takes::Flag, "Whether capital letters are as small ones."),
    optional("exists", &Takes::Flag, "Whether there is anything, be it null."),
];

static RANGE_ENDS: &[Key] = &[
    optional("min", &Takes::Whole(0), "The least number that is meant."),
    optional("max", &Takes::Whole(0), "The greatest number that is meant."),
];

static ANSWER: Takes = Takes::Object(ANSWER_KEYS);

/// What is answered.
pub(crate) static ANSWER_KEYS: &[Key] = &[
    optional("text", &Takes::Template, "A text, in which {{...}} stands for what was asked."),
    optional("content", &Takes::JsonTemplate, "JSON that is said as a text, compact."),
    optional("calls", &Takes::Some(&CALL), "Calls of tools; a text may stand before them."),
    optional("refusal", &Takes::Template, "What the model says that refuses."),
    optional("choices", &Takes::Some(&CHOICE), "Several answers, for a request with n."),
    optional(
        "reasoning",
        &Takes::Either(&[Takes::Template, Takes::List(&Takes::Template)]),
        "A summary of the model's thoughts; its tokens are counted as thought.",
    ),
    optional(
        "items",
        &Takes::List(&HOSTED),
        "Items of hosted tools as the Responses API has them, before the answer.",
    ),
    optional("annotations", &Takes::List(&HOSTED), "What the text cites, as the Responses API has it."),
    optional("finish_reason", &Takes::Word(FINISH_REASONS), "Why the answer ends."),
    optional(
        "logprobs",
        &Takes::List(&LOGPROB),
        "The tokens of the text and their probabilities, told where they are asked for.",
    ),
    optional("usage", &Takes::Object(USAGE), "Token counts in place of those that are counted."),
    optional(
        "pieces",
        &Takes::Either(&[Takes::Whole(1), Takes::Some(&Takes::Text)]),
        "How a stream cuts the text: the pieces, or so many characters each.",
    ),
    optional("raw", &Takes::Flag, "Whether stop sequences and token limits are passed over."),
    optional("embedding", &Takes::Some(&Takes::Number), "The vector."),
    optional("like", &Takes::Template, "The vector is that of this text."),
    optional(
        "flags",
        &Takes::Either(&[Takes::List(&Takes::Text), Takes::Map(&Takes::Number)]),
        "The categories that a moderation raises, or their scores.",
    ),
    optional(
        "image",
        &Takes::Either(&[Takes::Text, Takes::Object(IMAGE), Takes::Some(&ONE_IMAGE)]),
        "The picture in base64, a file or an address; or several.",
    ),
    optional("json", &Takes::JsonTemplate, "The whole body of the reply, whatever the operation."),
    optional("status", &Takes::Between(200, 599), "The status beside `json`; 200 where it is left out."),
    optional("headers", &Takes::Map(&Takes::Text), "Headers beside `json`."),
    optional(
        "error",
        &Takes::Either(&[Takes::Text, Takes::Object(ERROR)]),
        "One of the API's errors by its name, or an error in full.",
    ),
    optional(
        "faults",
        &FAULTS,
        "What is made to go wrong with the answer, such as \"429; times=1\" or \"stall=3\".",
    ),
    optional("pass", &Takes::Flag, "The answer is the generated one."),
    optional("id", &Takes::Template, "The id of the reply."),
    optional("created", &Takes::Whole(0), "When the reply says that it was made, in seconds since 1970."),
    optional("model", &Takes::Template, "The model that the reply names."),
    optional("system_fingerprint", &Takes::Template, "The fingerprint that the reply names."),
];

pub(crate) const FINISH_REASONS: &[&str] =
    &["stop", "length", "tool_calls", "function_call", "content_filter"];

static HOSTED: Takes = Takes::Map(&Takes::JsonTemplate);

static CALL: Takes = Takes::Object(&[
    required("name", &Takes::Text, "The name of the tool."),
    optional("arguments", &Takes::JsonTemplate, "What it is given: an object, or the text of one."),
    optional("custom", &Takes::Flag, "Whether the tool takes any text."),
    optional("input", &Takes::Template, "The text that a custom tool is given."),
    optional("id", &Takes::Template, "The id of the call; one is made up where it is left out."),
]);

static CHOICE: Takes = Takes::Object(&[
    optional("text", &Takes::Template, "A text."),
    optional("content", &Takes::JsonTemplate, "JSON that is said as a text."),
    optional("calls", &Takes::Some(&CALL), "Calls of tools."),
    optional("refusal", &Takes::Template, "What the model says that refuses."),
    optional("finish_reason", &Takes::Word(FINISH_REASONS), "Why it ends."),
    optional("logprobs", &Takes::List(&LOGPROB), "Its tokens and their probabilities."),
]);

static LOGPROB: Takes = Takes::Object(&[
    required("token", &Takes::Text, "The token."),
    required("logprob", &Takes::Number, "The natural logarithm of its probability."),
    optional("top", &Takes::List(&LIKELY), "The likeliest tokens at its place."),
]);

static LIKELY: Takes = Takes::Object(&[
    required("token", &Takes::Text, "The token."),
    required("logprob", &Takes::Number, "The natural logarithm of its probability."),
]);

static USAGE: &[Key] = &[
    optional("input", &Takes::Whole(0), "Tokens of the prompt."),
    optional("input_tokens", &Takes::Whole(0), "The same."),
    optional("prompt_tokens", &Takes::Whole(0), "The same."),
    optional("output", &Takes::Whole(0), "Tokens of the answer."),
    optional("output_tokens", &Takes::Whole(0), "The same."),
    optional("completion_tokens", &Takes::Whole(0), "The same."),
    optional("cached", &Takes::Whole(0), "Tokens of the prompt that were found in the cache."),
    optional("cached_tokens", &Takes::Whole(0), "The same."),
    optional("reasoning", &Takes::Whole(0), "Tokens of the answer that were thought."),
    optional("reasoning_tokens", &Takes::Whole(0), "The same."),
    optional("total", &Takes::Whole(0), "All tokens; the sum of both where it is left out."),
    optional("total_tokens", &Takes::Whole(0), "The same."),
];

static ONE_IMAGE: Takes = Takes::Either(&[Takes::Text, Takes::Object(IMAGE)]);

static IMAGE: &[Key] = &[
    optional("base64", &Takes::Text, "The file in base64."),
    optional("file", &Takes::Text, "A file, from where the rules file is."),
    optional("url", &Takes::Text, "An address that is told as it is."),
    optional(
        "revised_prompt",
        &Takes::Text,
        "The prompt that the model made of what was asked, where the model tells one.",
    ),
];

static ERROR: &[Key] = &[
    optional("name", &Takes::Text, "One of the API's errors, which the other keys change."),
    optional("status", &Takes::Between(400, 599), "The status of the reply."),
    optional("message", &Takes::Template, "The message."),
    optional("type", &Takes::Either(&[Takes::Text, Takes::Null]), "The type."),
    optional("code", &Takes::Either(&[Takes::Text, Takes::Null]), "The code."),
    optional("param", &Takes::Either(&[Takes::Text, Takes::Null]), "The parameter that is wrong."),
    optional("headers", &Takes::Map(&Takes::Text), "Headers of the reply."),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const PAGE: &str = include_str!("../../docs/rules.md");

    /// All names that a value may have in it, at any depth; `seen` are the tables that are walked already.
    fn walk(takes: &Takes, seen: &mut BTreeSet<*const Key>, names: &mut BTreeSet<&'static str>) {
        match takes {
            Takes::Object(keys) if seen.insert(keys.as_ptr()) => {
                for key in *keys {
                    names.insert(key.name);
                    walk(key.takes, seen, names);
                }
            }
            Takes::List(of) | Takes::Some(of) | Takes::Map(of) => walk(of, seen, names),
            Takes::Either(several) => several.iter().for_each(|one| walk(one, seen, names)),
            _ => {}
        }
    }

    /// What stands in backticks.
    fn quoted(text: &str) -> impl Iterator<Item = &str> {
        text.split('`').skip(1).step_by(2)
    }

    fn rows(text: &str) -> impl Iterator<Item = &str> {
        text.lines().filter_map(|line| line.strip_prefix("| "))
    }

    #[test]
    fn the_page_has_each_key_in_a_table() {
        let mut names = BTreeSet::new();
        walk(&RULE, &mut BTreeSet::new(), &mut names);
        let told: BTreeSet<&str> = rows(PAGE).flat_map(quoted).collect();
        let missing: Vec<_> = names.difference(&told).collect();
        assert!(missing.is_empty(), "docs/rules.md does not tell of {missing:?}");
    }

    #[test]
    fn the_page_has_no_other_keys() {
        let mut names = BTreeSet::new();
        walk(&RULE, &mut BTreeSet::new(), &mut names);
        for heading in ["## A rule", "## What must hold", "## What is answered"] {
            let section = PAGE.split_once(&format!("{heading}\n")).expect("the section").1;
            let section = section.split("\n## ").next().unwrap_or_default();
            let first = rows(section).filter_map(|row| row.split(" | ").next()).flat_map(quoted);
            let other: Vec<_> = first.filter(|name| !names.contains(name)).collect();
            assert!(other.is_empty(), "{heading}: {other:?}");
        }
    }
}
