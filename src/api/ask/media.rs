//! Images, sounds and files inside messages: what can be wrong with them, and how many tokens they are.

use crate::api::ask::messages::image;
use crate::api::pictures::check_address;
use crate::error;
use crate::error::ApiError;
use crate::model::Abilities;
use crate::model::ImageTokens;
use crate::params::field;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// What an image is taken for whose size cannot be seen: one that an address leads to.
const UNSEEN: (u32, u32) = (1024, 1024);

/// Checks the image that a part is: an address, or a data URL with an image of a kind that models see.
pub(in crate::api) fn check_image(part: &Value) -> Result<(), ApiError> {
    check_address(image(part).unwrap_or_default())
}

/// Checks an `input_audio`.
pub(in crate::api) fn check_sound(sound: &Value, path: &str) -> Result<(), ApiError> {
    let data = field(sound, "data").as_str().unwrap_or_default();
    if data.is_empty() || STANDARD.decode(data).is_err() {
        return Err(error::bad_base64(format!("{path}.input_audio.data")));
    }
    Ok(())
}

/// Checks a file, which has an id, an address or data.
pub(in crate::api) fn check_file(file: &Value, path: &str) -> Result<(), ApiError> {
    let text = |name| field(file, name).as_str();
    match text("file_data") {
        None if text("file_id").is_none() && text("file_url").is_none() => Err(error::empty_file_part(path)),
        Some(data) if STANDARD.decode(data.rsplit(',').next().unwrap_or_default()).is_err() => {
            Err(error::bad_base64(format!("{path}.file_data")))
        }
        _ => Ok(()),
    }
}

/// How many tokens an image is: tiles of 512 pixels, or for the smaller models patches of 32.
pub(in crate::api) fn image_tokens(part: &Value, abilities: &Abilities) -> usize {
    let (base, tile) = match abilities.image_tokens {
        ImageTokens::Tiles { base, tile } => (base, tile),
        ImageTokens::Patches { hundredths } => return patches(part, hundredths),
    };
    // A chat's part has the detail beside the address, an item's beside the type.
    let inner = field(part, "image_url");
    if field(if inner.is_object() { inner } else { part }, "detail") == "low" {
        return base;
    }
    let (width, height) = size(part);
    let mut sides = [u64::from(width), u64::from(height)];
    // First the longer side to 2,048, then the shorter one to 768. Whole numbers are the same everywhere.
    for (most, side) in [(2048, sides[0].max(sides[1])), (768, 0)] {
        let side = if side == 0 { sides[0].min(sides[1]) } else { side };
        if side > most {
            sides = sides.map(|other| (other * most).div_ceil(side));
        }
    }
    base + tile * sides.iter().map(|side| side.div_ceil(512) as usize).product::<usize>()
}

/// `factor` in hundredths of a token.
fn patches(part: &Value, factor: usize) -> usize {
    const MOST: usize = 1536;
    let (width, height) = size(part);
    let count = (width as usize).div_ceil(32) * (height as usize).div_ceil(32);
    (count.min(MOST) * factor).div_ceil(100)
}

fn size(part: &Value) -> (u32, u32) {
    let url = image(part).unwrap_or_default();
    let data = url.split_once(";base64,").and_then(|(_, data)| STANDARD.decode(data.trim()).ok());
    let size = data.and_then(|bytes| imagesize::blob_size(&bytes).ok());
    size.map_or(UNSEEN, |size| ((size.width as u32).max(1), (size.height as u32).max(1)))
}

/// Ten tokens a second, taken for 16-bit mono of 24 kHz where it is WAV, and for 128 kbit/s where it is MP3.
pub(in crate::api) fn sound_tokens(sound: &Value) -> usize {
    let bytes = field(sound, "data").as_str().unwrap_or_default().len() / 4 * 3;
    let per_token = if field(sound, "format") == "wav" { 4_800 } else { 1_600 };
    bytes.div_ceil(per_token)
}

/// A token for 100 bytes; a file that only an id names counts as one of 10,000.
pub(in crate::api) fn file_tokens(file: &Value) -> usize {
    field(file, "file_data").as_str().map_or(100, |data| data.len().div_ceil(133))
}
