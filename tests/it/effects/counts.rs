//! How many tokens a prompt has, one case a line.

use super::Answer;
use super::Case;
use super::ask;
use super::say;

/// The tokens of a prompt of one empty message.
fn empty(model: &str) -> u64 {
    say("", &format!(r#"{{"model":"{model}"}}"#)).prompt()
}

/// The tokens that an image in the only message adds to it.
fn of_image(answer: &Answer, model: &str) -> u64 {
    answer.prompt() - empty(model)
}

#[rustfmt::skip]
pub(super) const COUNTS: &[Case] = &[
    (r#"{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hi"}]}"#, |a| a.prompt() == 8),
    (r#"{"model":"gpt-3.5-turbo","messages":[{"role":"user","content":"Hi"}]}"#, |a| a.prompt() == 8),
    (r#"{"model":"gpt-4","messages":[{"role":"user","content":"Hi"}]}"#, |a| a.prompt() == 8),
    (r#"{"model":"gpt-5.4","messages":[{"role":"user","content":"Hi"}]}"#, |a| a.prompt() == 7),
    (r#"{"model":"gpt-5","messages":[{"role":"user","content":"Hi"}]}"#, |a| a.prompt() == 7),
    (r#"{"model":"o3-mini","messages":[{"role":"user","content":"Hi"}]}"#, |a| a.prompt() == 7),
    (r#"{"messages":[{"role":"user","content":""}]}"#, |a| a.prompt() == 7),
    (r#"{"messages":[{"role":"user","content":""},{"role":"user","content":""}]}"#, |a| a.prompt() == 11),
    (r#"{"messages":[{"role":"system","content":""},{"role":"assistant","content":""},{"role":"user","content":""}]}"#, |a| a.prompt() == 15),
    (r#"{"model":"gpt-5","messages":[{"role":"user","content":""},{"role":"assistant","content":""},{"role":"user","content":""}]}"#, |a| a.prompt() == 16),
    (r#"{"model":"gpt-5.5","messages":[{"role":"assistant","content":""},{"role":"assistant","content":""},{"role":"user","content":""}]}"#, |a| a.prompt() == 18),
    (r#"{"model":"o4-mini","messages":[{"role":"user","content":""},{"role":"assistant","content":""}]}"#, |a| a.prompt() == 12),
    (r#"{"model":"o3-mini","messages":[{"role":"user","content":""},{"role":"assistant","content":""}]}"#, |a| a.prompt() == 10),
    (r#"{"messages":[{"role":"user","content":[]}]}"#, |a| a.prompt() == 7),
    (r#"{"messages":[{"role":"user","content":[{"type":"text","text":"Hi"},{"type":"text","text":"Hi"}]}]}"#, |a| a.prompt() == 9),
    (r#"{"messages":[{"role":"user","content":"One and two, three."},{"role":"user","content":"One and two, three."}]}"#, |a| a.prompt() - 3 == 2 * (say("One and two, three.", "{}").prompt() - 3)),
    (r#"{"model":"gpt-5","messages":[{"role":"user","content":"One and two, three."},{"role":"user","content":"One and two, three."}]}"#, |a| a.prompt() - 2 == 2 * (say("One and two, three.", r#"{"model":"gpt-5"}"#).prompt() - 2)),
    (r#"{"messages":[{"role":"user","content":"","name":"Hi"}]}"#, |a| a.prompt() == 8),
    (r#"{"model":"gpt-4o-search-preview","messages":[{"role":"user","content":"One, two, three, four, five, six, seven."}]}"#, |a| a.prompt() + 11 == say("One, two, three, four, five, six, seven.", "{}").prompt()),
    (r#"{"model":"gpt-4o-mini-search-preview","messages":[{"role":"user","content":"One, two, three, four, five, six, seven."}]}"#, |a| a.prompt() + 7 == say("One, two, three, four, five, six, seven.", "{}").prompt()),
    (r#"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.b/c.png","detail":"low"}}]}]}"#, |a| of_image(a, "gpt-4o") == 85),
    (r#"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.b/c.png"}}]}]}"#, |a| of_image(a, "gpt-4o") == 765),
    (r#"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.b/c.png","detail":"high"}}]}]}"#, |a| of_image(a, "gpt-4o") == 765),
    (r#"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.b/c.png","detail":"low"}},{"type":"image_url","image_url":{"url":"https://a.b/c.png","detail":"low"}}]}]}"#, |a| of_image(a, "gpt-4o") == 170),
    (r#"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="}}]}]}"#, |a| of_image(a, "gpt-4o") == 255),
    (r#"{"model":"gpt-4o-mini","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.b/c.png","detail":"low"}}]}]}"#, |a| of_image(a, "gpt-4o-mini") == 2833),
    (r#"{"model":"gpt-4o-mini","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.b/c.png"}}]}]}"#, |a| of_image(a, "gpt-4o-mini") == 2833 + 4 * 5667),
    (r#"{"model":"gpt-5","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.b/c.png","detail":"low"}}]}]}"#, |a| of_image(a, "gpt-5") == 70),
    (r#"{"model":"o1","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.b/c.png"}}]}]}"#, |a| of_image(a, "o1") == 75 + 4 * 150),
    (r#"{"tools":[{"type":"function","function":{"name":"f"}}]}"#, |a| a.prompt() > ask("{}").prompt() + 9),
    (r#"{"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"none"}"#, |a| a.prompt() == ask(r#"{"tools":[{"type":"function","function":{"name":"f"}}]}"#).prompt()),
    (r#"{"response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{"type":"object","properties":{}}}}}"#, |a| a.prompt() > ask("{}").prompt() + 9),
    ("{}", |a| a.count("cached_tokens") == 0 && a.count("audio_tokens") == 0),
];

/// Counts that only the models' own vocabularies give.
#[rustfmt::skip]
pub(super) const EXACT: &[Case] = &[
    (r#"{"model":"gpt-5-nano","messages":[{"role":"user","content":"howdy"}]}"#, |a| a.prompt() == 8),
    (r#"{"messages":[{"role":"user","content":"Hello, world!"}]}"#, |a| a.prompt() == 11),
    (r#"{"model":"gpt-3.5-turbo","messages":[{"role":"user","content":"Hello, world!"}]}"#, |a| a.prompt() == 11),
    (r#"{"messages":[{"role":"user","content":"antidisestablishmentarianism"}]}"#, |a| a.prompt() == 13),
    (r#"{"model":"gpt-4","messages":[{"role":"user","content":"antidisestablishmentarianism"}]}"#, |a| a.prompt() == 13),
];
