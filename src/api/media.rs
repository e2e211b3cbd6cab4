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

/// The same of an item, in the words of the Responses API.
pub(in crate::api) fn check_seen(address: &str, path: &str) -> Result<(), ApiError> {
    const SEEN: &[&str] = &["image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp"];
    let Some((kind, data)) = data_of(address) else { return check_address(address) };
    if !SEEN.contains(&kind.as_str()) {
        return Err(error::no_image_type(path, abridged(&kind)));
    }
    let bytes = data.and_then(|data| STANDARD.decode(data.trim()).ok());
    let bytes = bytes.ok_or_else(|| error::image_not_base64(path))?;
    if !is_of_known_format(&bytes) {
        return Err(error::unknown_image());
    }
    match imagesize::blob_size(&bytes) {
        Ok(size) if size.width > 0 && size.height > 0 => Ok(()),
        _ => Err(error::broken_image()),
    }
}

/// A file of an item: one that a model can read, as far as its name or its type tell.
pub(in crate::api) fn check_read(file: FileRef<'_>, path: &str) -> Result<(), ApiError> {
    for (name, given) in [("file_data", file.data), ("file_url", file.url)] {
        if let Some((kind, _)) = given.and_then(data_of).filter(|(kind, _)| !is_read(kind)) {
            return Err(error::no_file_type(format!("{path}.{name}"), abridged(&kind)));
        }
    }
    if file.url.is_some_and(names_unread) {
        return Err(error::unreadable_file());
    }
    check_file(file, path)
}

/// The MIME type of an address that is the data itself, and what is in it where that is in base64.
fn data_of(address: &str) -> Option<(String, Option<&str>)> {
    let begins = address.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"));
    let (head, data) = address.get(5..).filter(|_| begins)?.split_once(',').unwrap_or((&address[5..], ""));
    let kind = head.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    Some((kind, head.to_ascii_lowercase().ends_with(";base64").then_some(data)))
}

/// Whether a file of this MIME type can be text, tables or slides.
fn is_read(kind: &str) -> bool {
    const PACKED: &[&str] = &["zip", "gzip", "x-tar", "x-7z-compressed", "x-rar-compressed", "octet-stream"];
    match kind.split_once('/') {
        Some(("application", kind)) => !PACKED.contains(&kind),
        Some((kind, _)) => !matches!(kind, "audio" | "video" | "image" | "font" | "model"),
        // Nothing is said of it.
        None => kind.is_empty(),
    }
}

/// Whether an address is one of a file that holds no text, as its name ends.
fn names_unread(address: &str) -> bool {
    const ENDS: &[&str] = &[
        "mp3", "wav", "m4a", "ogg", "flac", "mp4", "mov", "avi", "mkv", "webm", "png", "jpg", "jpeg", "gif",
        "webp", "bmp", "tiff", "zip", "gz", "tar", "7z", "rar", "exe", "bin", "ttf", "woff2",
    ];
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    let end = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
    end.is_some_and(|end| ENDS.contains(&end.as_str()))
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
        && STANDARD.decode(data.trim()).is_ok_and(|bytes| is_of_known_format(&bytes))
}

fn is_of_known_format(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG\r\n\x1a\n")
        || bytes.starts_with(b"\xff\xd8\xff")
        || bytes.starts_with(b"GIF8")
        || bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP")
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
