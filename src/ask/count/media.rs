//! How many tokens images, sounds and files are.

use crate::ask::turn::FileRef;
use crate::ask::turn::ImageRef;
use crate::ask::turn::SoundRef;
use crate::model::Abilities;
use crate::model::ImageTokens;
use crate::tokens::Encoding;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What an image is taken for whose size cannot be seen: one that an address leads to.
const UNSEEN: (u32, u32) = (1024, 1024);

/// How many tokens an image is: tiles of 512 pixels, or for the smaller models patches of 32.
pub(super) fn of_image(image: ImageRef<'_>, abilities: &Abilities) -> usize {
    let (base, tile) = match abilities.image_tokens {
        ImageTokens::Tiles { base, tile } => (base, tile),
        ImageTokens::Patches { thousandths } => return patches(image, thousandths),
    };
    if image.in_low_detail {
        return base;
    }
    let (width, height) = size(image);
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

/// `factor` in thousandths of a token.
fn patches(image: ImageRef<'_>, factor: usize) -> usize {
    const MOST: usize = 1536;
    let (width, height) = size(image);
    let count = (width as usize).div_ceil(32) * (height as usize).div_ceil(32);
    (count.min(MOST) * factor).div_ceil(1000) + 1
}

fn size(image: ImageRef<'_>) -> (u32, u32) {
    let data = image.url.and_then(|url| url.split_once(";base64,"));
    let bytes = data.and_then(|(_, data)| STANDARD.decode(data.trim()).ok());
    let size = bytes.and_then(|bytes| imagesize::blob_size(&bytes).ok());
    size.map_or(UNSEEN, |size| ((size.width as u32).max(1), (size.height as u32).max(1)))
}

/// What is told around a sound, as text.
pub(super) const AROUND_SOUND: usize = 4;

/// Ten tokens a second. How long a sound is follows from its head; without one it is taken for 16-bit mono of
/// 24 kHz where it is WAV, and for 128 kbit/s where it is MP3.
pub(super) fn of_sound(sound: SoundRef<'_>) -> usize {
    let padding = sound.data.bytes().rev().take(2).filter(|byte| *byte == b'=').count();
    let bytes = (sound.data.len() / 4 * 3).saturating_sub(padding);
    let head = if sound.is_wav { of_wav(sound.data) } else { of_mp3(sound.data) };
    match head {
        Some((start, a_second)) if a_second > 0 => bytes.saturating_sub(start) * 10 / a_second,
        _ => bytes.div_ceil(if sound.is_wav { 4_800 } else { 1_600 }),
    }
}

/// Where the samples of a WAV file start, and how many bytes are a second.
fn of_wav(data: &str) -> Option<(usize, usize)> {
    let head: [u8; 44] = piece(data, 0)?;
    let [_, _, _, _, _, _, _, a @ ..] = head.as_chunks::<4>().0 else { return None };
    let a_second = u32::from_le_bytes(*a.first()?) as usize;
    (head.starts_with(b"RIFF") && head[8..16] == *b"WAVEfmt ").then_some((head.len(), a_second))
}

/// The same of an MP3 file, whose first frame stands behind what is told of it.
fn of_mp3(data: &str) -> Option<(usize, usize)> {
    /// Thousands of bits a second, of MPEG-1 and of MPEG-2.
    const RATES: [[usize; 15]; 2] = [
        [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
        [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ];
    let tag: [u8; 10] = piece(data, 0)?;
    let start = if tag.starts_with(b"ID3") {
        tag[6..].iter().fold(0, |size, seven| size << 7 | usize::from(seven & 0x7f)) + tag.len()
    } else {
        0
    };
    let [sync, version, rate, _] = piece(data, start)?;
    let rates = RATES[usize::from(version & 8 == 0)];
    let is_layer_3 = sync == 0xff && version & 0xe6 == 0xe2;
    Some((start, rates.get(usize::from(rate >> 4))? * 125)).filter(|_| is_layer_3)
}

/// Some bytes of what is told in base64.
fn piece<const LENGTH: usize>(data: &str, start: usize) -> Option<[u8; LENGTH]> {
    let first = start / 3 * 4;
    let last = data.len().min((start + LENGTH).div_ceil(3) * 4);
    let bytes = STANDARD.decode(data.get(first..last)?).ok()?;
    bytes.get(start % 3..)?.first_chunk().copied()
}

/// What is told around a text that is a file.
const AROUND_TEXT: usize = 22;

/// A text by its own tokens, whatever else a file holds by a token for 100 bytes; one that only an id names
/// counts as one of 10,000.
pub(super) fn of_file(file: FileRef<'_>, encoding: Encoding) -> usize {
    let Some(data) = file.data else { return 100 };
    let text = data.strip_prefix("data:text/").and_then(|rest| rest.split_once(";base64,"));
    let bytes = text.and_then(|(_, data)| STANDARD.decode(data).ok());
    match bytes.and_then(|bytes| String::from_utf8(bytes).ok()) {
        Some(text) => encoding.count(&text) + AROUND_TEXT,
        None => data.len().div_ceil(133),
    }
}
