//! The value of a text that people write, in JSON or YAML: a slip in it is told with its line. Never says what a
//! value means.

use crate::rules::problem::Problem;
use crate::yaml;
use serde::Deserialize;
use serde::de::Deserializer;
use serde::de::Error;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Visitor;
use serde_json::Map;
use serde_json::Value;
use std::fmt;

/// The value of a request's body.
pub(crate) fn of_body(body: &[u8], is_yaml: bool) -> Result<Value, Problem> {
    let wrong = |what: String| Problem { source: String::new(), line: None, place: String::new(), what };
    let text = std::str::from_utf8(body).map_err(|_| wrong("this is no UTF-8".to_owned()))?;
    let read = if is_yaml { yaml(text) } else { json(text) };
    read.map_err(|(line, what)| wrong(format!("line {line}: {what}")))
}

/// The value of a text in YAML, or the line on which it is wrong and what is wrong there.
pub(super) fn yaml(text: &str) -> Result<Value, (usize, String)> {
    yaml::read(text)
        .map_err(|error| (error.line, format!("no YAML: {} (column {})", error.what, error.column)))
}

/// The same of a text in JSON.
pub(super) fn json(text: &str) -> Result<Value, (usize, String)> {
    let read: Result<Strict, _> = serde_json::from_str(text);
    read.map(|Strict(value)| value).map_err(|error| {
        let told = error.to_string();
        let what = told.split(" at line ").next().unwrap_or_default();
        (error.line(), format!("no JSON: {what} (column {})", error.column()))
    })
}

/// Any JSON, in which no object has a key twice: the second would silently replace the first.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Strict, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Strict)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(Strict(entry)) = list.next_element()? {
            entries.push(entry);
        }
        Ok(Value::Array(entries))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            if fields.contains_key(&name) {
                return Err(A::Error::custom(format_args!("the key '{name}' is there twice")));
            }
            let Strict(value) = map.next_value()?;
            fields.insert(name, value);
        }
        Ok(Value::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_has_a_line() {
        for (text, line, what) in [
            ("", 1, "no JSON: EOF while parsing a value (column 0)"),
            ("{\n\"a\": nil}", 2, "no JSON: expected ident (column 7)"),
            ("{\"a\": 1,\n\"a\": 2}", 2, "no JSON: the key 'a' is there twice (column 3)"),
            ("[{\"a\": {\"b\": 1, \"b\": 2}}]", 1, "no JSON: the key 'b' is there twice (column 19)"),
            ("{} {}", 1, "no JSON: trailing characters (column 4)"),
        ] {
            assert_eq!(json(text), Err((line, what.to_owned())), "{text}");
        }
    }

    fn any_json() -> impl proptest::strategy::Strategy<Value = Value> {
        use proptest::prelude::*;
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<i32>().prop_map(|number| Value::from(f64::from(number) / 8.0)),
            ".*".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            let object = prop::collection::vec((".*", inner.clone()), 0..4);
            prop_oneof![
                prop::collection::vec(inner, 0..4).prop_map(Value::from),
                object.prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest::proptest! {
        #[test]
        fn every_value_is_read_as_it_is(json in any_json()) {
            proptest::prop_assert_eq!(super::json(&json.to_string()), Ok(json));
        }
    }
}
