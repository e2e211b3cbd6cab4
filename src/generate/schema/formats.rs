//! The values of `format`: what one looks like, and whether a text is one.

use crate::generate::schema::digits;
use crate::generate::schema::pattern::RegExp;
use crate::generate::schema::pick::Pick;
use crate::generate::schema::vocabulary;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;

const DATE: &str = r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$";
const TIME: &str = r"^([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$";
const DATE_TIME: &str = r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$";
const DURATION: &str = r"^P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?$|^P\d+W$";
const EMAIL: &str = r"^(?!\.)(?!.*\.[.@])[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$";
const HOSTNAME: &str = r"^(?!.{254})[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$";
const UUID: &str = r"^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$";
const URI: &str = r#"^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]+$"#;
const REFERENCE: &str = r#"^[^\s<>"{}|\\^`]*$"#;
const POINTER: &str = "^(/([^~/]|~[01])*)*$";
const RELATIVE_POINTER: &str = "^(0|[1-9][0-9]*)(#|(/([^~/]|~[01])*)*)$";

/// How it is told whether a text is one of a format.
pub(super) enum Test {
    /// It matches this.
    Matches(&'static str),
    Holds(fn(&str) -> bool),
}

/// An example of a format, at least so many characters long where the format can be. `None` for a
/// format that is not known, which asks nothing.
pub(super) fn write(format: &str, pick: &mut Pick, least: usize) -> Option<String> {
    let extended = |text: String, by: &str| -> String {
        let missing = least.saturating_sub(text.len());
        let more: String = by.chars().cycle().take(missing).collect();
        format!("{text}{more}")
    };
    Some(match format {
        "date-time" => format!("{}T{}Z", digits::date(pick), digits::time(pick)),
        "date" => digits::date(pick),
        "time" => format!("{}Z", digits::time(pick)),
        "duration" => match pick.draws.below(3) {
            0 => format!("P{}D", pick.index(28) + 1),
            1 => format!("PT{}H", pick.index(23) + 1),
            _ => format!("PT{}M", (pick.index(11) + 1) * 5),
        },
        "email" | "idn-email" => {
            let text = vocabulary::email(pick);
            let missing = least.saturating_sub(text.len());
            let (local, domain) = text.split_once('@').unwrap_or((&text, "example.com"));
            // 64 characters before the sign are the most; the rest is asked of the host.
            let more = missing.min(60_usize.saturating_sub(local.len()));
            let host = "mail.".repeat((missing - more).div_ceil(5).min(40));
            format!("{local}{}@{host}{domain}", "x".repeat(more))
        }
        "uuid" => digits::uuid(pick),
        "uri" | "url" | "iri" => extended(vocabulary::url(pick), "/page"),
        "uri-reference" | "iri-reference" => extended(format!("/{}", vocabulary::slug(pick)), "/page"),
        "uri-template" => format!("https://example.com/{}/{{id}}", vocabulary::slug(pick)),
        "hostname" | "idn-hostname" => {
            let more = "www.".repeat(least.saturating_sub(16).div_ceil(4).min(55));
            format!("{more}{}.example.com", vocabulary::slug(pick))
        }
        "ipv4" => Ipv4Addr::new(192, 0, 2, (pick.index(254) + 1) as u8).to_string(),
        "ipv6" => Ipv6Addr::new(0x2001, 0xDB8, 0, 0, 0, 0, 0, (pick.index(0xFFFE) + 1) as u16).to_string(),
        "json-pointer" => format!("/items/{}", pick.index(10)),
        "relative-json-pointer" => format!("{}/name", pick.index(3)),
        "regex" => ["^[a-z]+$", "^[0-9]{4}$", "^[A-Z][a-z]*$", "[a-z0-9-]+"][pick.index(4)].to_owned(),
        _ => return None,
    })
}

/// `None` for a format that is not known, which asks nothing.
pub(super) fn test(format: &str) -> Option<Test> {
    Some(Test::Matches(match format {
        "date-time" => DATE_TIME,
        "date" => DATE,
        "time" => TIME,
        "duration" => DURATION,
        "email" | "idn-email" => EMAIL,
        "hostname" | "idn-hostname" => HOSTNAME,
        "uuid" => UUID,
        "uri" | "url" | "iri" => URI,
        "uri-reference" | "iri-reference" => REFERENCE,
        "json-pointer" => POINTER,
        "relative-json-pointer" => RELATIVE_POINTER,
        "ipv4" => return Some(Test::Holds(|text| text.parse::<Ipv4Addr>().is_ok())),
        "ipv6" => return Some(Test::Holds(|text| text.parse::<Ipv6Addr>().is_ok())),
        "regex" => return Some(Test::Holds(|text| RegExp::parse(text).is_some())),
        _ => return None,
    }))
}
