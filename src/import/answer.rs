//! What was replied, as the answer of a rule. Never looks at what told requests apart.

use crate::import::embedded;
use crate::import::packed::Unpacked;
use crate::import::question::Question;
use crate::import::secrets;
use crate::import::spoken;
use crate::import::stream;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// What was replied.
pub(super) enum Replied {
    One(Value),
    /// An answer to each of the inputs.
    EachInput(Vec<Value>),
}

pub(super) fn read(
    question: &Question,
    status: u16,
    told: &Unpacked,
    retry_after: Option<&str>,
) -> Result<Replied, String> {
    match told {
        Unpacked::None => return Err(format!("the reply of status {status} is empty")),
        Unpacked::Other(what) => return Err(format!("the reply is {what}")),
        Unpacked::Json(_) | Unpacked::Events(_) => {}
    }
    let Some(reply) = stream::whole(told) else {
        return Err("the stream failed, was cut, or is not of the OpenAI API".to_owned());
    };
    if !(200..300).contains(&status) {
        return refused(status, &reply, retry_after).map(Replied::One);
    }
    // What was recorded is not cut once more.
    let raw = |mut answer: Value| {
        if question.is_limited() {
            answer["raw"] = true.into();
        }
        answer
    };
    let each = |answers: Option<Vec<Value>>| answers.map(Replied::EachInput);
    let read = match question.endpoint.as_str() {
        "chat" => spoken::chat(&reply).map(raw).map(Replied::One),
        "responses" => spoken::response(&reply).map(raw).map(Replied::One),
        "completion" => spoken::completion(&reply).map(raw).map(Replied::One),
        "embeddings" => each(embedded::vectors(question, &reply)),
        "moderations" => each(embedded::flags(question, &reply)),
        "images" => embedded::images(&reply).map(Replied::One),
        _ => None,
    };
    match (read, told) {
        (Some(read), _) => Ok(read),
        (None, Unpacked::Json(reply)) => Ok(Replied::One(literal(status, reply))),
        (None, _) => Err("no rule can say this as a stream".to_owned()),
    }
}

/// A reply as it is.
fn literal(status: u16, reply: &Value) -> Value {
    let mut answer = json!({"json": secrets::literal(reply)});
    if status != 200 {
        answer["status"] = status.into();
    }
    answer
}

fn refused(status: u16, reply: &Value, retry_after: Option<&str>) -> Result<Value, String> {
    if !(400..600).contains(&status) {
        return Err(format!("a reply of status {status} is none of the API's"));
    }
    let Some(message) = reply["error"]["message"].as_str() else { return Ok(literal(status, reply)) };
    let mut error = Map::new();
    error.insert("status".to_owned(), status.into());
    error.insert("message".to_owned(), secrets::template(message).into());
    for name in ["type", "code", "param"] {
        let value = &reply["error"][name];
        if value.is_string() || name == "type" && value.is_null() {
            error.insert(name.to_owned(), value.clone());
        }
    }
    if let Some(seconds) = retry_after {
        error.insert("headers".to_owned(), json!({"retry-after": seconds}));
    }
    Ok(json!({ "error": error }))
}
