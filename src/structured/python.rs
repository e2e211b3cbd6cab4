//! Values as Python prints them. The sentences about schemas show them so.

use serde_json::Number;
use serde_json::Value;

/// A value as `repr` shows it.
pub(super) fn repr(value: &Value) -> String {
    let mut out = String::new();
    write(&mut out, value);
    out
}

/// A text as `repr` shows it, in single quotes unless only double ones need no escape.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::new();
    write_text(&mut out, text);
    out
}

fn write(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("None"),
        Value::Bool(true) => out.push_str("True"),
        Value::Bool(false) => out.push_str("False"),
        Value::Number(number) => write_number(out, number),
        Value::String(text) => write_text(out, text),
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                write(out, item);
            }
            out.push(']');
        }
        Value::Object(fields) => {
            out.push('{');
            for (at, (name, field)) in fields.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                write_text(out, name);
                out.push_str(": ");
                write(out, field);
            }
            out.push('}');
        }
    }
}

/// The shortest digits that mean the number; with an exponent below 0.0001 and from 10^16 on.
fn write_number(out: &mut String, number: &Number) {
    let float = number.as_f64().filter(|_| number.is_f64());
    let Some(float) = float else {
        out.push_str(&number.to_string());
        return;
    };
    let scientific = format!("{float:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    match exponent.parse::<i32>() {
        Ok(exponent) if !(-4..16).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            let exponent = format!("{sign}{:02}", exponent.unsigned_abs());
            out.extend([digits, "e", &exponent]);
        }
        _ => {
            let shown = format!("{float:?}");
            out.push_str(&shown);
        }
    }
}

fn write_text(out: &mut String, text: &str) {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    out.push(quote);
    for letter in text.chars() {
        match letter {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            letter if letter == quote => out.extend(['\\', letter]),
            letter if is_printable(letter) => out.push(letter),
            letter => {
                let code = u32::from(letter);
                let shown = match code {
                    0..=0xFF => format!("\\x{code:02x}"),
                    0x100..=0xFFFF => format!("\\u{code:04x}"),
                    _ => format!("\\U{code:08x}"),
                };
                out.push_str(&shown);
            }
        }
    }
    out.push(quote);
}

/// Rust's debug output escapes the same categories of Unicode as Python's; that of a text does so for its
/// first character in one case more.
fn is_printable(letter: char) -> bool {
    if letter.is_ascii() {
        return !letter.is_ascii_control();
    }
    let mut pair = [0; 5];
    let length = letter.encode_utf8(&mut pair[1..]).len();
    pair[0] = b'a';
    std::str::from_utf8(&pair[..=length]).is_ok_and(|pair| pair.escape_debug().count() == 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_printed_as_python_does() {
        for (json, printed) in [
            ("null", "None"),
            (r#"[true, false, {"a": null, "b": [1, -2.5]}]"#, "[True, False, {'a': None, 'b': [1, -2.5]}]"),
            (
                "[1.0, -0.0, 1e22, 1.5e300, 1e-5, 0.0001, 123456789012345680.0, 1e15, 1e16]",
                "[1.0, -0.0, 1e+22, 1.5e+300, 1e-05, 0.0001, 1.2345678901234568e+17, 1000000000000000.0, 1e+16]",
            ),
            (
                r#"["a", "it's", "'\"", "a\nb\\\r\t", "é", "\u0000\u007f", ""]"#,
                r#"['a', "it's", '\'"', 'a\nb\\\r\t', 'é', '\x00\x7f', '']"#,
            ),
            (
                r#"["\u00a0\u00ad", "\u200b\u2028", "e\u0301", "\u0301", "\ud83d\ude00", "\udb40\udc01", "\ue000", "日本"]"#,
                "['\\xa0\\xad', '\\u200b\\u2028', 'e\u{301}', '\u{301}', '😀', '\\U000e0001', '\\ue000', '日本']",
            ),
        ] {
            let value: Value = serde_json::from_str(json).expect("JSON");
            assert_eq!(repr(&value), printed, "{json}");
        }
    }
}
