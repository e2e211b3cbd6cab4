//! Turns recorded traffic into a rules file: what was asked becomes a rule's match, what was replied its answer.
//! Texts in, JSON out; never reads a file, and never lets a secret through.

mod answer;
mod embedded;
mod formats;
mod packed;
mod question;
mod secrets;
mod spoken;
mod stream;
mod telling;

use crate::import::answer::Replied;
use crate::import::packed::Unpacked;
use crate::import::question::Question;
use crate::import::question::Questions;
use crate::import::telling::Tree;
use crate::json::identity;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// What recorded traffic comes to.
#[derive(Debug, Default, PartialEq)]
pub struct Imported {
    /// A rules file.
    pub rules: Value,
    /// What could not be turned, a line each: where it stands, and why.
    pub left_out: Vec<String>,
}

/// A request and its reply, as any recorder keeps them.
struct Recorded {
    /// The file, and which of its entries.
    place: String,
    method: String,
    url: String,
    sent: Unpacked,
    status: u16,
    /// Nothing where no reply was recorded.
    told: Option<Unpacked>,
    /// How long a client was told to wait.
    retry_after: Option<String>,
}

/// Something that was asked and what was answered, as a rule has it.
struct Lesson {
    place: String,
    question: Question,
    answer: Value,
}

/// Turns files, each with its name and text, into one rules file. Cassettes of VCR (Python and Ruby), recordings of
/// nock and Polly, HAR, and this server's captured requests are known by what is in them.
pub fn turn(files: &[(String, String)]) -> Imported {
    let mut left_out = Vec::new();
    let mut recorded = Vec::new();
    for (name, text) in files {
        match formats::read(name, text) {
            Ok(found) => recorded.extend(found),
            Err(why) => left_out.push(format!("{name}: {why}")),
        }
    }
    let mut lessons = Vec::new();
    let mut questions = Questions::default();
    for one in recorded {
        let place = format!("{}: {} {}", one.place, one.method, shown(&one.url));
        match learn(&mut questions, one) {
            Ok(found) => lessons.extend(found),
            Err(why) => left_out.push(format!("{place}: {why}")),
        }
    }
    name_referred(&mut lessons, &questions);
    Imported { rules: json!({ "rules": rules(&lessons) }), left_out }
}

/// An address without what may hold a key.
fn shown(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}

fn learn(questions: &mut Questions, recorded: Recorded) -> Result<Vec<Lesson>, String> {
    let body = match &recorded.sent {
        Unpacked::None => &Value::Null,
        Unpacked::Json(body) => body,
        Unpacked::Events(_) => return Err("the request is a stream".to_owned()),
        Unpacked::Other(what) => return Err(format!("the request is {what}")),
    };
    let question = questions.read(&recorded.method, &recorded.url, body, recorded.told.as_ref())?;
    let Some(told) = &recorded.told else {
        if recorded.status >= 400 {
            return Err("it was refused".to_owned());
        }
        let answer = json!({"pass": true});
        return Ok(vec![Lesson { place: recorded.place, question, answer }]);
    };
    let replied = answer::read(&question, recorded.status, told, recorded.retry_after.as_deref())?;
    let place = recorded.place;
    match replied {
        Replied::One(answer) => {
            questions.answered(&question, told);
            Ok(vec![Lesson { place, question, answer }])
        }
        Replied::EachInput(answers) => {
            let named =
                |at: usize| if answers.len() == 1 { place.clone() } else { format!("{place}.{}", at + 1) };
            let questions = question.of_each_input(answers.len())?.into_iter().enumerate();
            let lessons = questions.zip(&answers);
            Ok(lessons
                .map(|((at, question), answer)| Lesson { place: named(at), question, answer: answer.clone() })
                .collect())
        }
    }
}

/// A response that another one goes on from keeps its id, so that its recorded id leads to it.
fn name_referred(lessons: &mut [Lesson], questions: &Questions) {
    for lesson in lessons {
        let id = lesson.question.reply_id.as_ref().filter(|id| questions.is_referred(id));
        let (Some(id), Some(answer)) = (id, lesson.answer.as_object_mut()) else { continue };
        if !answer.contains_key("json") && !answer.contains_key("error") {
            answer.insert("id".to_owned(), id.as_str().into());
        }
    }
}

/// A rule for all that was asked alike, in the order in which it was recorded.
fn rules(lessons: &[Lesson]) -> Vec<Value> {
    let questions: Vec<&Question> = lessons.iter().map(|lesson| &lesson.question).collect();
    let mut found: Vec<(usize, Map<String, Value>, Vec<usize>)> = Vec::new();
    for (conditions, members) in Tree::of(&questions).leaves {
        found.push((members[0], conditions, members));
    }
    found.sort_by_key(|(first, ..)| *first);
    let rule = |(first, conditions, members): (usize, Map<String, Value>, Vec<usize>)| {
        let mut answers: Vec<&Value> = members.iter().map(|at| &lessons[*at].answer).collect();
        if answers.iter().all(|answer| identity(answer) == identity(answers[0])) {
            answers.truncate(1);
        }
        let name = &lessons[first].place;
        match answers.as_slice() {
            [answer] => json!({"name": name, "match": conditions, "answer": answer}),
            answers => json!({"name": name, "match": conditions, "answers": answers}),
        }
    };
    found.into_iter().map(rule).collect()
}
