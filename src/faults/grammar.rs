//! The one grammar of faults: `429; times=2`, `stall=3; for=2s`. A list of faults and of what says when they strike,
//! separated by semicolons. Never strikes.

use crate::error;
use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::kinds::status;
use crate::faults::order::FaultId;
use crate::faults::order::FaultOrder;
use crate::faults::order::FaultWhen;
use crate::faults::table::OPTIONS;
use crate::faults::table::TABLE;
use crate::faults::table::kind_of;
use crate::faults::value::FaultValue;
use crate::http;
use serde_json::Map;
use serde_json::Value;

/// What a status or the name of an error alone stands for.
const STATUS: &FaultKind = &status::FAULT;
/// What else a value in JSON has.
const OTHERS: [&str; 4] = ["fault", "status", "headers", "body"];
/// More than this is no list of faults that comes with a request or at run time.
const LONGEST: usize = 4096;

impl FaultOrder {
    /// Reads a list of faults.
    ///
    /// # Errors
    /// Tells what is wrong with it.
    pub(crate) fn read(text: &str) -> Result<FaultOrder, String> {
        if text.len() > LONGEST {
            return Err(format!("this has more than {LONGEST} bytes"));
        }
        FaultOrder::read_of_rule(text)
    }

    /// The same of a rule, which may be as long as its file: a recording has a time for each event.
    ///
    /// # Errors
    /// Tells what is wrong with it.
    pub(crate) fn read_of_rule(text: &str) -> Result<FaultOrder, String> {
        let mut order = FaultOrder::empty(text.trim());
        for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, value) = match part.split_once('=') {
                Some((name, value)) => (name.trim(), Some(value.trim())),
                None => (part, None),
            };
            if options().any(|option| option == name) {
                order.when.set(name, value.unwrap_or_default())?;
            } else {
                order.add(name, value)?;
            }
        }
        order.finished()
    }

    /// Reads faults in JSON: the text of a list, or an object with the list as `fault`, and the rest of it beside that.
    ///
    /// # Errors
    /// Tells what is wrong with it.
    pub(crate) fn of_json(given: &Value) -> Result<FaultOrder, String> {
        let fields = match given {
            Value::String(text) => return FaultOrder::read(text),
            Value::Object(fields) => fields,
            _ => return Err("expected the text of a fault, or an object with 'fault'".to_owned()),
        };
        if let Some(name) = fields.keys().find(|name| !options().chain(OTHERS).any(|known| known == *name)) {
            return Err(format!("'{name}' is not known{}", meant(name)));
        }
        let text = match fields.get("fault") {
            None => "",
            Some(Value::String(text)) => text,
            Some(_) => return Err("'fault' must be a text".to_owned()),
        };
        let mut order = match text {
            "" => FaultOrder::empty(""),
            text => FaultOrder::read(text)?,
        };
        for name in options().filter(|name| fields.contains_key(*name)) {
            order.when.set(name, &plain(&fields[name]))?;
            order.text = format!("{}; {name}={}", order.text, plain(&fields[name]));
        }
        if ["status", "headers", "body"].iter().any(|name| fields.contains_key(*name)) {
            let value = literal(fields)?;
            order.text = format!("status={}{}", plain(&fields["status"]), order.text);
            order.faults.push(Fault { kind: STATUS, value, details: Vec::new(), seed: 0 });
        }
        order.finished()
    }

    fn empty(text: &str) -> FaultOrder {
        FaultOrder {
            identity: FaultId::new(),
            text: text.to_owned(),
            faults: Vec::new(),
            when: FaultWhen::default(),
        }
    }

    fn add(&mut self, name: &str, value: Option<&str>) -> Result<(), String> {
        let is_status = name.parse::<u16>().is_ok() || error::is_asked_by(name);
        let (kind, value) = match kind_of(name) {
            Some(kind) => (kind, value),
            // 429 alone stands for the status.
            None if is_status && value.is_none() => (STATUS, Some(name)),
            None => return Err(format!("there is no fault '{name}'{}", meant(name))),
        };
        let given = match (value.filter(|text| !text.is_empty()), kind.otherwise) {
            (Some(text), _) => text,
            (None, Some(otherwise)) => otherwise,
            (None, None) => "",
        };
        let value = kind.takes.read(given).map_err(|why| format!("'{name}': {why}"))?;
        let fault = Fault { kind, value, details: Vec::new(), seed: 0 };
        let before = self.faults.iter_mut().rev().find(|fault| kind.behind.contains(&fault.kind.name));
        match before {
            None if !kind.behind.is_empty() => {
                return Err(format!("'{name}' belongs behind {}", kind.behind.join(" or ")));
            }
            Some(before) if matches!(kind.effect, FaultEffect::Detail) => before.details.push(fault),
            _ => self.faults.push(fault),
        }
        Ok(())
    }

    fn finished(mut self) -> Result<FaultOrder, String> {
        if self.faults.is_empty() {
            return Err(
                "no fault is named, such as 429 or stall=3; `openai-fake faults` lists them".to_owned()
            );
        }
        self.faults.iter_mut().for_each(|fault| fault.seed = self.when.seed);
        Ok(self)
    }
}

impl FaultWhen {
    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let number = || {
            value.parse::<u64>().map_err(|_| format!("'{name}': expected a whole number, but got '{value}'"))
        };
        match name {
            "times" => self.times = Some(number()?),
            "after" => self.after = number()?,
            "seed" => self.seed = number()?,
            "probability" => {
                let share = match value.strip_suffix('%') {
                    Some(percent) => percent.trim().parse::<f64>().map(|percent| percent / 100.0),
                    None => value.parse(),
                };
                let is_share = |share: &f64| (0.0..=1.0).contains(share);
                let share = share.ok().filter(is_share);
                self.probability = Some(share.ok_or_else(|| {
                    format!("'probability': expected a number from 0 to 1 or a percentage, but got '{value}'")
                })?);
            }
            "stream" => {
                let stream = value.parse().map_err(|_| "'stream': expected true or false".to_owned())?;
                self.stream = Some(stream);
            }
            _ if value.is_empty() => return Err(format!("'{name}': expected a name")),
            "endpoint" => self.endpoint = Some(value.to_owned()),
            _ => self.model = Some(value.to_owned()),
        }
        Ok(())
    }
}

/// The names of what says when faults strike.
fn options() -> impl Iterator<Item = &'static str> {
    OPTIONS.iter().map(|option| option.name)
}

/// A value as the grammar would have it.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A whole reply: its status, its headers and its body.
fn literal(fields: &Map<String, Value>) -> Result<FaultValue, String> {
    let status = fields.get("status").and_then(Value::as_u64).filter(|status| (200..=599).contains(status));
    let status = status.ok_or("'status' must be a number from 200 to 599")? as u16;
    let mut headers = Vec::new();
    match fields.get("headers") {
        None => {}
        Some(Value::Object(given)) => {
            for (name, value) in given {
                let value = plain(value);
                http::check_header(name, &value)?;
                headers.push((name.to_ascii_lowercase(), value));
            }
        }
        Some(_) => return Err("'headers' must be an object".to_owned()),
    }
    match (fields.get("body"), status) {
        (Some(body), _) => Ok(FaultValue::Literal { status, headers, body: body.clone() }),
        (None, 400..) if headers.is_empty() => Ok(FaultValue::Status(status)),
        (None, _) => Err("'body' must stand beside 'status' and 'headers'".to_owned()),
    }
}

/// What may be meant by a name.
fn meant(name: &str) -> String {
    let known =
        TABLE.iter().map(|kind| kind.name).chain(options()).chain(error::NAMES.iter().map(|one| one.name));
    let near = known.map(|known| (strsim::osa_distance(name, known), known)).min();
    match near {
        Some((distance, known)) if distance <= 2 => format!("; did you mean '{known}'?"),
        _ => "; `openai-fake faults` lists them".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_read() {
        for (text, told) in [
            ("429", "[status=Status(429)]"),
            ("429; times=1", "[status=Status(429)]"),
            (" rate_limit ;; ", "[status=Error(\"rate_limit\")]"),
            ("status=500", "[status=Status(500)]"),
            ("stall=3", "[stall=Place(Events(3))]"),
            ("stall", "[stall=Place(Start)]"),
            ("stall=120b; for=2s", "[stall=Place(Bytes(120)) for=Times([2s])]"),
            ("cut=3", "[cut=Place(Events(3))]"),
            ("cut=500ms", "[cut=Place(Time(500ms))]"),
            ("reset=3", "[reset=Place(Events(3))]"),
            ("delay=200ms", "[delay=Times([200ms])]"),
            ("between = 50ms", "[between=Times([50ms])]"),
            ("error=3", "[error=Number(3)]"),
            ("delay=200ms;429", "[delay=Times([200ms]), status=Status(429)]"),
        ] {
            let order = FaultOrder::read(text).expect(text);
            assert_eq!(format!("{:?}", order.faults), told, "{text}");
        }
        let order = FaultOrder::read(
            "500; times=2; after=1; probability=30%; seed=7; endpoint=chat; model=gpt-4o; stream=true",
        );
        let when = FaultWhen {
            times: Some(2),
            after: 1,
            probability: Some(0.3),
            seed: 7,
            endpoint: Some("chat".to_owned()),
            model: Some("gpt-4o".to_owned()),
            stream: Some(true),
        };
        let order = order.expect("an order");
        assert_eq!((order.when, order.faults[0].seed), (when, 7));
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (text, why) in [
            ("", "no fault is named"),
            ("times=2", "no fault is named"),
            ("stal=3", "there is no fault 'stal'; did you mean 'stall'?"),
            ("nonsense", "`openai-fake faults` lists them"),
            ("delay", "'delay': expected a time such as 200ms, 2s or 1m, but got ''"),
            ("delay=200", "but got '200'"),
            ("for=2s", "'for' belongs behind stall"),
            ("418=2", "there is no fault '418'"),
            ("299", "'299': expected a status from 400 to 599"),
            ("429; times=often", "'times': expected a whole number, but got 'often'"),
            ("429; probability=2", "'probability': expected a number from 0 to 1"),
            ("429; endpoint", "'endpoint': expected a name"),
            ("429; stream=yes", "'stream': expected true or false"),
            ("429; tims=2", "did you mean 'times'?"),
            ("crlf=1", "'crlf': expected nothing, but got '1'"),
        ] {
            let told = FaultOrder::read(text).expect_err(text);
            assert!(told.contains(why), "{text}: {told}");
        }
        let long = "429;".repeat(2000);
        assert!(FaultOrder::read(&long).is_err() && FaultOrder::read_of_rule(&long).is_ok());
    }

    #[test]
    fn in_json_the_same_and_whole_replies() {
        for (given, told) in [
            (json!("429; times=2"), "[status=Status(429)] Some(2)"),
            (json!({"fault": "stall=3", "times": 2}), "[stall=Place(Events(3))] Some(2)"),
            (json!({"status": 418}), "[status=Status(418)] None"),
            (
                json!({"status": 200, "headers": {"X-A": "b"}, "body": {"a": 1}, "times": 1}),
                "[status=Literal { status: 200, headers: [(\"x-a\", \"b\")], body: Object {\"a\": Number(1)} }] Some(1)",
            ),
        ] {
            let order = FaultOrder::of_json(&given).expect("an order");
            assert_eq!(format!("{:?} {:?}", order.faults, order.when.times), told, "{given}");
        }
        for (given, why) in [
            (json!(429), "expected the text of a fault"),
            (json!({}), "no fault is named"),
            (json!({"fault": 429}), "'fault' must be a text"),
            (json!({"fault": "429", "tims": 1}), "'tims' is not known; did you mean 'times'?"),
            (json!({"status": 100}), "'status' must be a number from 200 to 599"),
            (json!({"body": {}}), "'status' must be a number"),
            (json!({"status": 200}), "'body' must stand beside"),
            (json!({"status": 429, "headers": {"a b": "c"}, "body": 1}), "cannot be a header"),
            (json!({"status": 429, "headers": {"connection": "c"}, "body": 1}), "for the server to say"),
        ] {
            let told = FaultOrder::of_json(&given).expect_err("wrong");
            assert!(told.contains(why), "{given}: {told}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "[a-z0-9=;,% -]{0,40}|.*") {
            if let Ok(order) = FaultOrder::read(&text) {
                proptest::prop_assert!(!order.faults.is_empty());
            }
        }
    }
}
