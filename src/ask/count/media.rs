//! How many tokens images, sounds and files are.

use crate::ask::turn::FileRef;
use crate::ask::turn::ImageRef;
use crate::ask::turn::SoundRef;
use crate::model::Abilities;
use crate::model::ImageTokens;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What an image is taken for whose size cannot be seen: one that an address leads to.
const UNSEEN: (u32, u32) = (1024, 1024);

/// How many tokens an image is: tiles of 512 pixels, or for the smaller models patches of 32.
pub(super) fn of_image(image: ImageRef<'_>, abilities: &Abilities) -> usize {
    let (base, tile) = match abilities.image_tokens {
        ImageTokens::Tiles { base, tile } => (base, tile),
        ImageTokens::Patches { hundredths } => return patches(image, hundredths),
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

/// `factor` in hundredths of a token.
fn patches(image: ImageRef<'_>, factor: usize) -> usize {
    const MOST: usize = 1536;
    let (width, height) = size(image);
    let count = (width as usize).div_ceil(32) * (height as usize).div_ceil(32);
    (count.min(MOST) * factor).div_ceil(100)
}

fn size(image: ImageRef<'_>) -> (u32, u32) {
    let data = image.url.and_then(|url| url.split_once(";base64,"));
    let bytes = data.and_then(|(_, data)| STANDARD.decode(data.trim()).ok());
    let size = bytes.and_then(|bytes| imagesize::blob_size(&bytes).ok());
    size.map_or(UNSEEN, |size| ((size.width as u32).max(1), (size.height as u32).max(1)))
}

/// Ten tokens a second, taken for 16-bit mono of 24 kHz where it is WAV, and for 128 kbit/s where it is MP3.
pub(super) fn of_sound(sound: SoundRef<'_>) -> usize {
    let bytes = sound.data.len() / 4 * 3;
    bytes.div_ceil(if sound.is_wav { 4_800 } else { 1_600 })
}

/// A token for 100 bytes; a file that only an id names counts as one of 10,000.
pub(super) fn of_file(file: FileRef<'_>) -> usize {
    file.data.map_or(100, |data| data.len().div_ceil(133))
}
