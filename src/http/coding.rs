//! Bodies that come in gzip, deflate or zstd, as `content-encoding` says: read, up to the limit that holds for any
//! body. Never writes one.

use crate::http::Headers;
use crate::http::Unread;
use flate2::read::DeflateDecoder;
use flate2::read::MultiGzDecoder;
use flate2::read::ZlibDecoder;
use ruzstd::decoding::BlockDecodingStrategy;
use ruzstd::decoding::FrameDecoder;
use ruzstd::decoding::errors::FrameDecoderError;
use ruzstd::decoding::errors::ReadFrameHeaderError;
use std::io::Read;

/// What a decoder of zstd has to be able to look back at (RFC 8878, section 3.1.1.1.2); more only where the body
/// may be that long.
const LEAST_WINDOW: usize = 8 << 20;

/// How a body is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    Gzip,
    Deflate,
    Zstd,
}

impl Coding {
    /// That of a request, `None` where its body is plain. One is taken, not one over another: nobody sends two, and
    /// two could each unpack to the limit.
    pub(crate) fn of(headers: &Headers) -> Result<Option<Coding>, Unread> {
        let named = headers.iter().filter(|(name, _)| *name == "content-encoding").map(|(_, value)| value);
        let named: Vec<&str> = named.flat_map(|value| value.split(',')).map(str::trim).collect();
        let meant = |name: &&&str| !name.is_empty() && !name.eq_ignore_ascii_case("identity");
        let unknown = || Unread::UnknownCoding(named.join(", "));
        let mut codings = named.iter().filter(meant);
        let Some(name) = codings.next() else { return Ok(None) };
        let coding = match name.to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => Coding::Gzip,
            "deflate" => Coding::Deflate,
            "zstd" => Coding::Zstd,
            _ => return Err(unknown()),
        };
        if codings.next().is_some() { Err(unknown()) } else { Ok(Some(coding)) }
    }

    fn name(self) -> &'static str {
        match self {
            Coding::Gzip => "gzip",
            Coding::Deflate => "deflate",
            Coding::Zstd => "zstd",
        }
    }

    /// What a body says, unless it is more than `limit` bytes. No more than that is ever unpacked, however much a
    /// small body may hold.
    pub(crate) fn decode(self, body: &[u8], limit: usize) -> Result<Vec<u8>, Unread> {
        let mut decoded = Vec::new();
        let mut read = |decoder: &mut dyn Read| {
            let read = decoder.take(limit as u64 + 1).read_to_end(&mut decoded);
            read.map_err(|_| Unread::BrokenCoding(self.name()))
        };
        match self {
            Coding::Gzip => read(&mut MultiGzDecoder::new(body)).map(drop),
            // By its standard zlib's format; some send the bare one.
            Coding::Deflate if is_zlib(body) => read(&mut ZlibDecoder::new(body)).map(drop),
            Coding::Deflate => read(&mut DeflateDecoder::new(body)).map(drop),
            Coding::Zstd => read_frames(body, limit, &mut decoded),
        }?;
        if decoded.len() > limit {
            return Err(Unread::TooLarge(limit));
        }
        // It may stay in the log of captured requests, and counts there with all that it takes.
        decoded.shrink_to_fit();
        Ok(decoded)
    }
}

/// Whether bytes begin as zlib's format does (RFC 1950, section 2.2).
fn is_zlib(body: &[u8]) -> bool {
    matches!(body, [method, flags, ..] if method & 15 == 8 && u16::from_be_bytes([*method, *flags]) % 31 == 0)
}

/// Reads frames of zstd, one after the other, until there are more than `limit` bytes. Block by block: as a reader
/// the decoder would bring the sentences of all its errors along, 60 kB that nobody ever reads.
fn read_frames(mut body: &[u8], limit: usize, decoded: &mut Vec<u8>) -> Result<(), Unread> {
    let broken = || Unread::BrokenCoding(Coding::Zstd.name());
    let mut frame = FrameDecoder::new();
    frame.set_max_window_size(limit.max(LEAST_WINDOW) as u64);
    while !body.is_empty() && decoded.len() <= limit {
        match frame.reset(&mut body) {
            Ok(()) => {}
            Err(FrameDecoderError::WindowSizeTooBig { .. }) => return Err(Unread::TooLarge(limit)),
            Err(error) => {
                body = skipped(&error).and_then(|length| body.get(length..)).ok_or_else(broken)?;
                continue;
            }
        }
        while !frame.is_finished() && decoded.len() <= limit {
            frame.decode_blocks(&mut body, BlockDecodingStrategy::UptoBlocks(1)).map_err(|_| broken())?;
            frame.collect_to_writer(&mut *decoded).map_err(|_| broken())?;
        }
        let told = frame.get_checksum_from_data().filter(|_| frame.is_finished());
        if told.is_some() && told != frame.get_calculated_checksum() {
            return Err(broken());
        }
    }
    Ok(())
}

/// The length of a frame that holds nothing of the body.
fn skipped(error: &FrameDecoderError) -> Option<usize> {
    match error {
        FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. }) => {
            usize::try_from(*length).ok()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::DeflateEncoder;
    use flate2::write::GzEncoder;
    use flate2::write::ZlibEncoder;
    use ruzstd::encoding::CompressionLevel;
    use ruzstd::encoding::compress_to_vec;
    use std::io::Write;

    macro_rules! packed {
        ($encoder:ident, $text:expr) => {{
            let mut encoder = $encoder::new(Vec::new(), Compression::default());
            encoder.write_all($text).and_then(|()| encoder.finish()).expect("to pack")
        }};
    }

    /// A text in every form in which it may come.
    fn forms(text: &[u8]) -> [(&'static str, Coding, Vec<u8>); 6] {
        let zstd = compress_to_vec(text, CompressionLevel::Fastest);
        // A frame that holds nothing, of three bytes, before it.
        let skip = [&[0x53, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3], zstd.as_slice()].concat();
        [
            ("gzip", Coding::Gzip, packed!(GzEncoder, text)),
            ("zlib", Coding::Deflate, packed!(ZlibEncoder, text)),
            ("deflate", Coding::Deflate, packed!(DeflateEncoder, text)),
            ("zstd", Coding::Zstd, zstd),
            ("zstd behind a frame to skip", Coding::Zstd, skip),
            ("zstd with a checksum", Coding::Zstd, OF_ZSTD.to_vec()),
        ]
    }

    const TEXT: &[u8] = b"Hello, Hello, Hello, Hello!";
    /// The text as `zstd` itself writes it, with a checksum.
    const OF_ZSTD: &[u8] = &[
        0x28, 0xB5, 0x2F, 0xFD, 0x24, 0x1B, 0x75, 0x00, 0x00, 0x40, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x2C, 0x20,
        0x21, 0x01, 0x00, 0x4A, 0x8A, 0x11, 0x55, 0xF1, 0x4C, 0x16,
    ];

    #[test]
    fn what_is_packed_is_unpacked() {
        for (name, coding, body) in forms(TEXT) {
            assert_eq!(coding.decode(&body, TEXT.len()).as_deref(), Ok(TEXT), "{name}");
            assert_eq!(coding.decode(&body, TEXT.len() - 1), Err(Unread::TooLarge(TEXT.len() - 1)), "{name}");
        }
        for coding in [Coding::Gzip, Coding::Zstd] {
            let of_half =
                |half: &[u8]| forms(half).into_iter().find(|form| form.1 == coding).expect("a form").2;
            let body = [of_half(&TEXT[..9]), of_half(&TEXT[9..])].concat();
            assert_eq!(coding.decode(&body, 100).as_deref(), Ok(TEXT), "{coding:?}, one behind the other");
        }
    }

    #[test]
    fn what_is_broken_is_told() {
        for (name, coding, body) in forms(TEXT) {
            for end in 1..body.len() {
                let cut = coding.decode(&body[..end], 1000);
                // Up to its first frame it is whole.
                let is_whole = name.contains("skip") && end == 11;
                let expected =
                    if is_whole { Ok(Vec::new()) } else { Err(Unread::BrokenCoding(coding.name())) };
                assert_eq!(cut, expected, "{name} up to {end}");
            }
            let nonsense = coding.decode(br#"{"model":"gpt-4o"}"#, 1000);
            assert_eq!(nonsense, Err(Unread::BrokenCoding(coding.name())), "{name}");
        }
        // What has a checksum notices any change behind its head.
        for (name, coding, body) in forms(TEXT) {
            let head = match name {
                "zlib" => 0,
                "zstd with a checksum" => 6,
                _ => continue,
            };
            for at in head..body.len() {
                let mut changed = body.clone();
                changed[at] ^= 0x40;
                assert_ne!(coding.decode(&changed, 1000).as_deref(), Ok(TEXT), "{name} at {at}");
            }
        }
    }

    #[test]
    fn no_more_is_unpacked_than_may_be_kept() {
        let zeros = vec![0; 4 << 20];
        for (name, coding, body) in forms(&zeros).into_iter().take(4) {
            assert!(body.len() < 1 << 16, "{name}");
            assert_eq!(coding.decode(&body, 1 << 16), Err(Unread::TooLarge(1 << 16)), "{name}");
        }
    }

    #[test]
    fn a_header_names_one_coding_or_none() {
        let of = |values: &[&str]| {
            let mut headers = Headers::default();
            for value in values {
                headers.add("Content-Encoding", value);
            }
            Coding::of(&headers)
        };
        let unknown = |given: &str| Err(Unread::UnknownCoding(given.to_owned()));
        for (values, expected) in [
            (&[][..], Ok(None)),
            (&[""], Ok(None)),
            (&["identity"], Ok(None)),
            (&["gzip"], Ok(Some(Coding::Gzip))),
            (&["X-GZIP"], Ok(Some(Coding::Gzip))),
            (&[" Deflate "], Ok(Some(Coding::Deflate))),
            (&["identity, zstd"], Ok(Some(Coding::Zstd))),
            (&["br"], unknown("br")),
            (&["gzip, gzip"], unknown("gzip, gzip")),
            (&["gzip", "zstd"], unknown("gzip, zstd")),
        ] {
            assert_eq!(of(values), expected, "{values:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_body_panics(body: Vec<u8>, magic in 0..3_usize) {
            let magic: &[u8] = [&[][..], &[0x28, 0xB5, 0x2F, 0xFD], &[0x1F, 0x8B, 8, 0]][magic];
            let body = [magic, &body].concat();
            for coding in [Coding::Gzip, Coding::Deflate, Coding::Zstd] {
                let _ = coding.decode(&body, 1000);
            }
        }
    }
}
