//! The MD5 of a canonical request, and the numbers and ids drawn from it.

use crate::json::Digits;
use crate::json::Hex;
use md5::Digest;
use md5::Md5;
use serde_json::Number;
use serde_json::Value;
use std::io::Write;

const ALPHANUMERIC: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// What content is drawn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seed(u128);

impl Seed {
    /// The seed of an operation (`chat`, ...) and its parameters, in canonical form: sorted by name
    /// at every depth, without white space, whole numbers without a fraction.
    pub(crate) fn of_request<'a>(
        operation: &str,
        parameters: impl Iterator<Item = (&'a str, &'a Value)>,
    ) -> Seed {
        let mut canonical = Vec::with_capacity(512);
        canonical.extend_from_slice(operation.as_bytes());
        write_object(&mut canonical, parameters);
        Seed::of_bytes(&canonical)
    }

    /// The seed of a text.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Seed {
        Seed(u128::from_be_bytes(Md5::digest(bytes).into()))
    }

    /// Another seed for the part of a reply that `purpose` and `index` name.
    pub(crate) fn part(self, purpose: &str, index: usize) -> Seed {
        let mut bytes = self.0.to_be_bytes().to_vec();
        bytes.extend_from_slice(purpose.as_bytes());
        bytes.extend_from_slice(&(index as u64).to_be_bytes());
        Seed::of_bytes(&bytes)
    }

    /// The seed as 32 hexadecimal digits.
    pub(crate) fn hex(self) -> String {
        Hex::of(self.0).as_str().to_owned()
    }

    /// Reads what [`hex`](Seed::hex) printed.
    pub(crate) fn from_hex(hex: &str) -> Option<Seed> {
        let digits = hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        (hex.len() == 32 && digits).then(|| u128::from_str_radix(hex, 16).ok().map(Seed))?
    }

    /// `prefix` and `length` letters and digits.
    pub(crate) fn id(self, prefix: &str, length: usize) -> String {
        let mut draws = self.draws();
        let mut id = String::with_capacity(prefix.len() + length);
        id.push_str(prefix);
        id.extend((0..length).map(|_| char::from(ALPHANUMERIC[draws.below(62)])));
        id
    }

    /// `prefix` and a UUID.
    pub(crate) fn uuid(self, prefix: &str) -> String {
        // The bits that say "version 4" and "variant 1".
        let bits = self.0 & !(0xF << 76) & !(0x3 << 62) | 4 << 76 | 2 << 62;
        let hex = Hex::of(bits);
        let hex = hex.as_str();
        format!("{prefix}{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }

    /// An endless row of numbers.
    pub(crate) fn draws(self) -> Draws {
        Draws((self.0 >> 64) as u64 ^ self.0 as u64)
    }
}

/// splitmix64: enough randomness for content, and 100 times cheaper than a digest for each number.
#[derive(Clone)]
pub(crate) struct Draws(u64);

impl Draws {
    /// The numbers that follow from a number.
    pub(crate) fn from_number(number: u64) -> Draws {
        Draws(number)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// A number from 0 to one below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        // The high half of the product: no division, and no bias that content could show.
        ((u128::from(self.next()) * limit as u128) >> 64) as usize
    }

    /// Letters and digits, as the padding of streams has them.
    pub(crate) fn letters(&mut self, length: usize) -> impl Iterator<Item = u8> {
        // Two 64-bit numbers hold enough for the longest padding, 15 letters of 6 bits.
        let mut bits = u128::from(self.next()) << 64 | u128::from(self.next());
        (0..length).map(move |_| {
            let letter = ALPHANUMERIC[(bits & 63) as usize % 62];
            bits >>= 6;
            letter
        })
    }
}

fn write_object<'a>(out: &mut Vec<u8>, fields: impl Iterator<Item = (&'a str, &'a Value)>) {
    let mut fields: Vec<(&str, &Value)> = fields.collect();
    fields.sort_unstable_by_key(|(name, _)| *name);
    out.push(b'{');
    for (name, value) in fields {
        write_text(out, name);
        out.push(b':');
        write_value(out, value);
        out.push(b',');
    }
    out.push(b'}');
}

fn write_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Object(fields) => {
            write_object(out, fields.iter().map(|(name, value)| (name.as_str(), value)));
        }
        Value::Array(items) => {
            out.push(b'[');
            for item in items {
                write_value(out, item);
                out.push(b',');
            }
            out.push(b']');
        }
        Value::String(text) => write_text(out, text),
        Value::Number(number) => write_number(out, number),
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(flag) => out.extend_from_slice(if *flag { b"true" } else { b"false" }),
    }
}

/// The length first, so that no escaping is needed.
fn write_text(out: &mut Vec<u8>, text: &str) {
    for bytes in [Digits::of(text.len() as u64).as_str(), "\"", text] {
        out.extend_from_slice(bytes.as_bytes());
    }
}

/// 1 and 1.0 and 1e0 are one number.
fn write_number(out: &mut Vec<u8>, number: &Number) {
    const EXACT: f64 = 9_007_199_254_740_992.0; // 2^53
    let _ = match number.as_f64() {
        Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < EXACT => {
            write!(out, "{}", float as i64)
        }
        _ => write!(out, "{number}"),
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn seed(body: &Value) -> Seed {
        let fields = body.as_object().expect("an object");
        Seed::of_request("chat", fields.iter().map(|(name, value)| (name.as_str(), value)))
    }

    #[test]
    fn the_form_of_a_request_does_not_matter() {
        let one = serde_json::from_str(r#"{"a":1,"b":{"c":[1.0,"x"],"d":null}}"#).expect("JSON");
        let two = serde_json::from_str(r#"{ "b" : {"d":null, "c":[1e0,"\u0078"]}, "a":1.0 }"#).expect("JSON");
        assert_eq!(seed(&one), seed(&two));
    }

    #[test]
    fn its_content_does() {
        let all = [
            json!({}),
            json!({"a": ""}),
            json!({"a": null}),
            json!({"a": "1"}),
            json!({"a": 1}),
            json!({"a": 1.5}),
            json!({"a": [1]}),
            json!({"a": [[1]]}),
            json!({"a": {"b": 1}}),
            json!({"a": ["b", "c"]}),
            json!({"a": ["bc"]}),
            json!({"a": "\",\"b\":\""}),
            json!({"a": true}),
        ];
        for (at, one) in all.iter().enumerate() {
            for other in &all[at + 1..] {
                assert_ne!(seed(one), seed(other), "{one} {other}");
            }
        }
    }

    #[test]
    fn known_values_stay() {
        let seed = seed(&json!({"model": "gpt-4o", "n": 2}));
        assert_eq!(seed, Seed::of_bytes(b"chat{5\"model:6\"gpt-4o,1\"n:2,}"));
        assert_eq!(Seed::of_bytes(b"").hex(), "d41d8cd98f00b204e9800998ecf8427e", "the MD5 of nothing");
        assert_eq!(Seed::from_hex(&seed.hex()), Some(seed));
        assert_eq!(Seed::from_hex("+0000000000000000000000000000000"), None);
        // splitmix64 from 0, as its author published it.
        assert_eq!(Draws::from_number(0).next(), 0xE220_A839_7B1D_CDAF);
    }

    #[test]
    fn draws_stay_below_their_limit() {
        let mut draws = Draws::from_number(7);
        assert!((0..1000).all(|_| draws.below(3) < 3));
        assert_eq!(draws.letters(15).filter(u8::is_ascii_alphanumeric).count(), 15);
    }
}
