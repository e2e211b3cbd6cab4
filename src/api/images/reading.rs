//! Reads what is to be drawn: the parameters with the rules between them.

use crate::ask::Author;
use crate::ask::Order;
use crate::ask::Quality;
use crate::error;
use crate::error::ApiError;
use crate::generate::pixels;
use crate::generate::pixels::FileFormat;
use crate::model;
use crate::model::Canvas;
use crate::model::Drawing;
use crate::params::Args;
use crate::params::field;
use serde_json::Value;

pub(super) fn order(args: &Args<'_>, drawing: &Drawing) -> Result<Order, ApiError> {
    let count = args.count("n").unwrap_or(1) as usize;
    if drawing.one_at_a_time && count > 1 {
        return Err(error::only_one_image());
    }
    let (width, height) = size(args.text("size"), &drawing.canvas)?;
    let mut order = Order {
        count,
        width,
        height,
        quality: quality(args.given("quality").and_then(Value::as_str)),
        transparent: false,
        format: FileFormat::Png,
        partial: None,
        by_address: false,
        author: None,
    };
    if !drawing.by_address {
        choose_file(&mut order, args, drawing)?;
        order.partial = partial(args, count)?;
    }
    Ok(order)
}

fn choose_file(order: &mut Order, args: &Args<'_>, drawing: &Drawing) -> Result<(), ApiError> {
    let format = args.text("output_format").unwrap_or("png");
    check_file(args, format)?;
    order.format = match format {
        "jpeg" => FileFormat::Jpeg(args.count("output_compression").unwrap_or(100).max(1) as u8),
        "webp" => FileFormat::WebP,
        "gif" => FileFormat::Gif {
            frames: args.count("frame_count").unwrap_or(FRAMES) as u16,
            milliseconds: args.count("frame_duration_ms").unwrap_or(FRAME_DURATION) as u32,
        },
        "svg" => FileFormat::Svg,
        _ => FileFormat::Png,
    };
    order.author = (order.format == FileFormat::Svg).then(|| author(args));
    order.transparent = args.text("background") == Some("transparent");
    match (order.transparent, format) {
        (true, _) if !drawing.draws_transparent => Err(error::no_transparency()),
        (true, "jpeg" | "gif" | "svg") => Err(error::file_has_no_transparency()),
        _ => Ok(()),
    }
}

/// Who writes an SVG, and with how many tokens of thought.
fn author(args: &Args<'_>) -> Author {
    const THOUGHTS: [(&str, u64); 7] = [
        ("none", 0),
        ("minimal", 64),
        ("low", 128),
        ("medium", 256),
        ("high", 512),
        ("xhigh", 1024),
        ("max", 2048),
    ];
    let model = args.field("svg", "model").as_str().unwrap_or(model::OF_SVG).to_owned();
    let effort = field(args.field("svg", "reasoning"), "effort").as_str().unwrap_or("medium");
    let thoughts = THOUGHTS.iter().find(|(word, _)| *word == effort).map_or(0, |(_, tokens)| *tokens);
    Author { model, thoughts }
}

/// Frames of a GIF where it is not said how many, and for how many milliseconds each is seen.
const FRAMES: u64 = 9;
const FRAME_DURATION: u64 = 200;

/// Parameters of one kind of file.
const OF_ONE_FORMAT: &[(&str, &str)] =
    &[("frame_count", "gif"), ("frame_duration_ms", "gif"), ("svg", "svg")];
/// Parameters that some kinds of files do without.
const NOT_OF_FORMAT: &[(&str, &[&str])] = &[
    ("stream", &["gif", "svg"]),
    ("partial_images", &["gif", "svg"]),
    ("output_compression", &["gif", "svg"]),
];

fn check_file(args: &Args<'_>, format: &str) -> Result<(), ApiError> {
    for (name, _) in args.all().filter(|(_, value)| **value != false && **value != 0) {
        if let Some((_, only)) = OF_ONE_FORMAT.iter().find(|(own, only)| *own == name && *only != format) {
            return Err(error::needs_output_format(name, only));
        }
        if NOT_OF_FORMAT.iter().any(|(other, formats)| *other == name && formats.contains(&format)) {
            return Err(error::not_for_output_format(name, format));
        }
    }
    let many = format == "svg" && args.count("n").is_some_and(|count| count > 1);
    if many { Err(error::one_image_as_svg()) } else { Ok(()) }
}

/// The unfinished pictures of a stream; `None` where there is no stream.
fn partial(args: &Args<'_>, count: usize) -> Result<Option<usize>, ApiError> {
    let partial = args.count("partial_images").unwrap_or(0) as usize;
    match args.flag("stream") {
        false if partial > 0 => Err(error::partial_needs_stream()),
        true if count > 1 => Err(error::one_image_per_stream()),
        streamed => Ok(streamed.then_some(partial)),
    }
}

fn quality(word: Option<&str>) -> Quality {
    match word {
        Some("low") => Quality::Low,
        Some("high" | "hd") => Quality::High,
        Some("xhigh") => Quality::ExtraHigh,
        Some("max") => Quality::Max,
        _ => Quality::Medium,
    }
}

fn size(given: Option<&str>, canvas: &Canvas) -> Result<(u32, u32), ApiError> {
    let given = match given {
        None | Some("auto") => return Ok((1024, 1024)),
        Some(given) => given,
    };
    let (width, height) = read_size(given).ok_or_else(|| error::bad_image_size(given))?;
    let (short, long) = (width.min(height), width.max(height));
    let most = canvas.longest.min(pixels::LARGEST_SIDE);
    let pixels = u64::from(width) * u64::from(height);
    if (width % canvas.step, height % canvas.step) != (0, 0) {
        Err(error::uneven_image_size(given))
    } else if long > most {
        Err(error::long_image_edge(given, most))
    } else if long > short.saturating_mul(canvas.ratio) {
        Err(error::narrow_image_size(given, canvas.ratio))
    } else if pixels < canvas.pixels.0 {
        Err(error::few_image_pixels(given))
    } else if pixels > canvas.pixels.1 {
        Err(error::many_image_pixels(given))
    } else {
        Ok((width, height))
    }
}

/// `1024x1536`. A side that no number holds is as good as the largest number.
pub(super) fn read_size(text: &str) -> Option<(u32, u32)> {
    let side = |digits: &str| {
        let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| digits.parse().unwrap_or(u32::MAX)).filter(|side| *side > 0)
    };
    let (width, height) = text.split_once('x')?;
    Some((side(width)?, side(height)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        let read = |text| read_size(text);
        assert_eq!(read("1024x1536"), Some((1024, 1536)));
        assert_eq!(read("1x99999999999"), Some((1, u32::MAX)));
        for text in
            ["", "x", "1024", "1024x", "x1024", "0x16", "16x0", "+1x1", "1X1", "1x1x1", "-1x1", " 1x1"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
