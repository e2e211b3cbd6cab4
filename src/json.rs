//! Writes JSON straight into a byte buffer: the hot replies are built here, field by field in the
//! reference's order. Building a `serde_json::Value` first doubled the cost of a reply.

mod place;

pub(crate) use place::Seeker;
pub(crate) use place::line_of;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize as _;
use serde_json::Map;
use serde_json::Serializer;
use serde_json::Value;
use serde_json::ser::Formatter;
use std::cell::RefCell;
use std::io;
use std::io::Write;

/// A JSON text under construction. Its user writes the punctuation, so the code reads like the
/// reply; strings and numbers are escaped and printed here.
#[derive(Default)]
pub(crate) struct Json {
    out: Vec<u8>,
}

thread_local! {
    /// The last reply's memory, which serves for the next one: some allocators (musl's) take and give
    /// back pages each time otherwise.
    static SPARE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// A larger reply's memory is given back to the system.
const KEPT: usize = 64 * 1024;

/// Keeps a buffer that was sent for the next text of this thread.
pub(crate) fn reuse(mut buffer: Vec<u8>) {
    if buffer.capacity() <= KEPT {
        buffer.clear();
        SPARE.set(buffer);
    }
}

impl Json {
    /// An empty text with room for so many bytes.
    pub(crate) fn with_capacity(bytes: usize) -> Json {
        let mut out = SPARE.take();
        out.reserve(bytes);
        Json { out }
    }

    /// Appends JSON text as it is.
    pub(crate) fn raw(&mut self, json: &str) -> &mut Json {
        self.out.extend_from_slice(json.as_bytes());
        self
    }

    /// Appends what `print` prints, JSON text too.
    pub(crate) fn write(&mut self, print: impl FnOnce(&mut Vec<u8>)) -> &mut Json {
        print(&mut self.out);
        self
    }

    /// Appends a string, quoted and escaped.
    pub(crate) fn text(&mut self, text: &str) -> &mut Json {
        // Writing into a Vec cannot fail.
        let _ = serde_json::to_writer(&mut self.out, text);
        self
    }

    /// Appends bytes as a string of base64.
    pub(crate) fn base64(&mut self, bytes: &[u8]) -> &mut Json {
        self.out.push(b'"');
        self.append_base64(bytes);
        self.out.push(b'"');
        self
    }

    /// Appends numbers as a string of base64 of their bytes, little-endian.
    pub(crate) fn base64_floats(&mut self, numbers: &[f32]) -> &mut Json {
        // So many at a time make whole groups of three bytes.
        const GROUP: usize = 48;
        self.out.push(b'"');
        for group in numbers.chunks(GROUP) {
            let mut bytes = [0; GROUP * 4];
            for (place, number) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(group) {
                *place = number.to_le_bytes();
            }
            self.append_base64(&bytes[..group.len() * 4]);
        }
        self.out.push(b'"');
        self
    }

    fn append_base64(&mut self, bytes: &[u8]) {
        let start = self.out.len();
        self.out.resize(start + bytes.len().div_ceil(3) * 4, 0);
        // The room is what base64 with padding takes, so it always fits.
        let written = STANDARD.encode_slice(bytes, &mut self.out[start..]).unwrap_or_default();
        self.out.truncate(start + written);
    }

    /// Appends a string or `null`.
    pub(crate) fn optional(&mut self, text: Option<&str>) -> &mut Json {
        match text {
            Some(text) => self.text(text),
            None => self.raw("null"),
        }
    }

    /// Appends `true` or `false`.
    pub(crate) fn flag(&mut self, flag: bool) -> &mut Json {
        self.raw(if flag { "true" } else { "false" })
    }

    /// Appends a whole number.
    pub(crate) fn number(&mut self, number: u64) -> &mut Json {
        self.raw(Digits::of(number).as_str())
    }

    /// Takes back all but the first `length` bytes.
    pub(crate) fn truncate(&mut self, length: usize) {
        self.out.truncate(length);
    }

    /// Appends any value.
    pub(crate) fn value(&mut self, value: &Value) -> &mut Json {
        let _ = serde_json::to_writer(&mut self.out, value);
        self
    }

    /// Appends an object of these fields.
    pub(crate) fn object(&mut self, fields: &Map<String, Value>) -> &mut Json {
        let _ = serde_json::to_writer(&mut self.out, fields);
        self
    }

    /// Appends `items`, separated by commas.
    pub(crate) fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Json, T),
    ) -> &mut Json {
        for (position, item) in items.into_iter().enumerate() {
            if position > 0 {
                self.raw(",");
            }
            write(self, item);
        }
        self
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.out
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    /// What was written, to be part of another text. All of it is UTF-8.
    pub(crate) fn into_text(self) -> String {
        String::from_utf8(self.out).unwrap_or_default()
    }
}

/// JSON with a space behind each comma and colon.
pub(crate) fn spaced(value: &Value) -> String {
    struct Spaced;
    impl Formatter for Spaced {
        fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
            out.write_all(if first { b"" } else { b", " })
        }
        fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
            out.write_all(if first { b"" } else { b", " })
        }
        fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
            out.write_all(b": ")
        }
    }
    let mut out = Vec::new();
    // Writing into a Vec cannot fail, and JSON is UTF-8.
    let _ = value.serialize(&mut Serializer::with_formatter(&mut out, Spaced));
    String::from_utf8(out).unwrap_or_default()
}

/// Roughly what a JSON value takes in memory beside itself.
pub(crate) fn weight(value: &Value) -> usize {
    match value {
        Value::String(text) => text.capacity(),
        Value::Array(items) => {
            items.capacity() * size_of::<Value>() + items.iter().map(weight).sum::<usize>()
        }
        Value::Object(fields) => weight_of_fields(fields),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

/// The same of an object's fields.
pub(crate) fn weight_of_fields(fields: &Map<String, Value>) -> usize {
    // The hash and the index that lead to a field.
    const LOOKUP: usize = 24;
    let one = |(name, value): (&String, &Value)| {
        size_of::<(String, Value)>() + LOOKUP + name.capacity() + weight(value)
    };
    fields.iter().map(one).sum()
}

/// A whole number in decimal, printed without the machinery of `format!`, which costs ten times as
/// much on the way of every reply.
pub(crate) struct Digits {
    digits: [u8; 20],
    start: usize,
}

impl Digits {
    pub(crate) fn of(mut number: u64) -> Digits {
        let mut digits = [0; 20];
        let mut start = digits.len();
        loop {
            start -= 1;
            digits[start] = b'0' + (number % 10) as u8;
            number /= 10;
            if number == 0 {
                return Digits { digits, start };
            }
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        // ASCII digits are UTF-8.
        std::str::from_utf8(&self.digits[self.start..]).unwrap_or_default()
    }
}

/// A number as 32 hexadecimal digits, for the same reason.
pub(crate) struct Hex([u8; 32]);

impl Hex {
    pub(crate) fn of(number: u128) -> Hex {
        let digit = |at: usize| b"0123456789abcdef"[(number >> (124 - 4 * at)) as usize & 15];
        Hex(std::array::from_fn(digit))
    }

    pub(crate) fn as_str(&self) -> &str {
        // ASCII digits are UTF-8.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// A text that two values share when they are the same.
pub(crate) fn identity(value: &Value) -> String {
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 1e19 => {
                format!("{}", float as i128)
            }
            _ => number.to_string(),
        },
        Value::Array(items) => format!("[{}]", items.iter().map(identity).collect::<Vec<_>>().join(",")),
        Value::Object(fields) => {
            let mut all: Vec<String> =
                fields.iter().map(|(name, value)| format!("{name:?}:{}", identity(value))).collect();
            all.sort_unstable();
            format!("{{{}}}", all.join(","))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn hex() {
        for number in [0, 1, 0xFEDC_BA98_7654_3210, u128::MAX] {
            assert_eq!(Hex::of(number).as_str(), format!("{number:032x}"));
        }
    }

    #[test]
    fn spaces_stand_behind_commas_and_colons() {
        let value = json!({"a": [1, 2, {}], "b": ", :"});
        assert_eq!(spaced(&value), r#"{"a": [1, 2, {}], "b": ", :"}"#);
    }

    #[test]
    fn digits() {
        for number in [0, 7, 10, 1_700_000_000, u64::MAX] {
            assert_eq!(Digits::of(number).as_str(), number.to_string());
        }
    }

    #[test]
    fn longer_values_weigh_more() {
        let values = [json!(1), json!("text"), json!({"a": "text"}), json!({"a": "text", "b": [[], {}]})];
        assert!(values.windows(2).all(|pair| weight(&pair[0]) < weight(&pair[1])));
    }
}
