//! The files that the messages of a chat hand over: a PDF in a data URL, or the id of one that was uploaded.

use crate::ask::FileRef;
use crate::error;
use crate::error::ApiError;
use crate::error::abridged;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const PDF: &str = "application/pdf";

/// Checks what can be seen of a file without reading it.
pub(super) fn check(file: FileRef<'_>, path: &str) -> Result<(), ApiError> {
    let Some(data) = file.data else {
        return if file.is_named { Ok(()) } else { Err(error::empty_file_part(path)) };
    };
    let refused = |given: &str| Err(error::not_a_pdf(format!("{path}.file_data"), given));
    let Some(rest) = data.strip_prefix("data:") else {
        return refused("a value without the 'data:' prefix");
    };
    let (head, encoded) = rest.split_once(',').unwrap_or((rest, ""));
    let kind = head.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case(PDF) {
        return refused(&format!("unsupported MIME type '{}'", abridged(kind)));
    }
    let is_base64 = head.to_ascii_lowercase().ends_with(";base64");
    if is_base64 && !encoded.is_empty() && STANDARD.decode(encoded).is_ok() {
        Ok(())
    } else {
        refused("an invalid base64-encoded value")
    }
}
