//! Sound drawn from a seed: a short tone for each word, 16-bit mono of 24 kHz.

use crate::generate::seed::Seed;

/// Samples a second.
const RATE: u16 = 24_000;
/// Samples of a tone: 60 ms.
const TONE: i32 = RATE as i32 * 60 / 1000;
/// Samples of the silence behind it: 20 ms.
const SILENCE: i32 = RATE as i32 * 20 / 1000;
const LOUDNESS: i32 = 6_000;
/// Bytes of a word.
const WORD: usize = (TONE + SILENCE) as usize * 2;

/// Tones for so many words, as little-endian samples.
pub(crate) fn pcm16(seed: Seed, words: usize) -> Vec<u8> {
    let mut draws = seed.draws();
    let mut bytes = Vec::with_capacity(words * WORD);
    for _ in 0..words {
        let period = 60 + i32::from(draws.below(120) as u8);
        for at in 0..TONE {
            // A triangle that swells and fades: whole numbers are the same on every machine.
            let phase = at % period * 4 * LOUDNESS / period;
            let wave = if phase < 2 * LOUDNESS { phase - LOUDNESS } else { 3 * LOUDNESS - phase };
            let swell = at.min(TONE - at).min(TONE / 4);
            bytes.extend(((wave * swell / (TONE / 4)) as i16).to_le_bytes());
        }
        bytes.resize(bytes.len() + SILENCE as usize * 2, 0);
    }
    bytes
}

/// The same with the header of a WAV file.
pub(crate) fn wav(samples: &[u8]) -> Vec<u8> {
    let length = samples.len() as u32;
    let mut file = Vec::with_capacity(44 + samples.len());
    file.extend(b"RIFF");
    file.extend((36 + length).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16_u32.to_le_bytes());
    for half in [1_u16, 1] {
        file.extend(half.to_le_bytes());
    }
    for number in [u32::from(RATE), u32::from(RATE) * 2] {
        file.extend(number.to_le_bytes());
    }
    for half in [2_u16, 16] {
        file.extend(half.to_le_bytes());
    }
    file.extend(b"data");
    file.extend(length.to_le_bytes());
    file.extend(samples);
    file
}

/// How long samples sound, in tokens of 50 ms.
pub(crate) fn tokens(samples: &[u8]) -> usize {
    samples.len().div_ceil(usize::from(RATE) * 2 / 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wav_file_tells_its_own_length() {
        let samples = pcm16(Seed::of_bytes(b"a"), 3);
        assert_eq!(samples.len(), 3 * WORD);
        let file = wav(&samples);
        assert_eq!(&file[..4], b"RIFF");
        assert_eq!(file[4..8], (file.len() as u32 - 8).to_le_bytes());
        assert_eq!(file[40..44], (samples.len() as u32).to_le_bytes());
        assert_eq!(tokens(&samples), 5);
        assert_ne!(samples, pcm16(Seed::of_bytes(b"b"), 3));
    }
}
