//! Images, sounds and files that a request hands over, in chats, responses and moderations: what of them can
//! be checked without fetching anything.

use crate::ask::FileRef;
use crate::ask::SoundRef;
use crate::error;
use crate::error::ApiError;
use crate::error::abridged;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// An address that the API could fetch, or a picture in base64.
pub(in crate::api) fn check_address(address: &str) -> Result<(), ApiError> {
    let scheme = address.split(':').next().unwrap_or_default().to_ascii_lowercase();
    match scheme.as_str() {
        "http" | "https" if has_host(&address[scheme.len()..]) => Ok(()),
        "data" if is_picture(address) => Ok(()),
        "data" => Err(error::bad_image()),
        _ => Err(error::image_unreachable(abridged(address))),
    }
}

/// Whether an address is not one, but a file in base64.
pub(in crate::api) fn is_bare_base64(address: &str) -> bool {
    // What may yet be the name of a file is shorter than a picture can be.
    const LEAST: usize = 16;
    // Most addresses are told by how they begin, without a look at all of them.
    let begins = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    address.len() >= LEAST
        && address.trim_start().bytes().take(LEAST).all(begins)
        && STANDARD.decode(address.trim()).is_ok()
}

/// A sound in base64.
pub(in crate::api) fn check_sound(sound: SoundRef<'_>, path: &str) -> Result<(), ApiError> {
    if sound.data.is_empty() || STANDARD.decode(sound.data).is_err() {
        return Err(error::bad_base64(format!("{path}.input_audio.data")));
    }
    Ok(())
}

/// A file, which has an id, an address or data.
pub(in crate::api) fn check_file(file: FileRef<'_>, path: &str) -> Result<(), ApiError> {
    match file.data {
        None if !file.is_named => Err(error::empty_file_part(path)),
        Some(data) if STANDARD.decode(data.rsplit(',').next().unwrap_or_default()).is_err() => {
            Err(error::bad_base64(format!("{path}.file_data")))
        }
        _ => Ok(()),
    }
}

fn has_host(rest: &str) -> bool {
    rest.strip_prefix("://").is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', '?', '#']))
}

/// Whether base64 holds one of the formats that models see, as its first bytes tell.
fn is_picture(address: &str) -> bool {
    let Some((head, data)) = address.split_once(',') else { return false };
    let head = head.to_ascii_lowercase();
    head.starts_with("data:image/")
        && head.ends_with(";base64")
        && STANDARD.decode(data.trim()).is_ok_and(|bytes| {
            bytes.starts_with(b"\x89PNG\r\n\x1a\n")
                || bytes.starts_with(b"\xff\xd8\xff")
                || bytes.starts_with(b"GIF8")
                || bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let png = "data:image/png;base64,iVBORw0KGgo=";
        for good in ["https://a.test/1.png", "HTTP://a", png, "data:image/gif;base64,R0lGODlh"] {
            assert_eq!(check_address(good), Ok(()), "{good}");
        }
        for bad in ["", "a.png", "ftp://a.test/1.png", "https:", "https://", "http:///x", "ü:x", "file:///x"]
        {
            assert_eq!(check_address(bad).expect_err("a refusal").code, Some("invalid_image_url"), "{bad}");
        }
        for bad in ["data:", "data:image/png,x", "data:image/png;base64,AA", "data:image/png;base64,AAAA"] {
            assert_eq!(
                check_address(bad).expect_err("a refusal").code,
                Some("invalid_image_format"),
                "{bad}"
            );
        }
    }
}
