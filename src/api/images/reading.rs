//! Reads what is to be drawn: the parameters with the rules between them.

use crate::ask::Order;
use crate::ask::Quality;
use crate::error;
use crate::error::ApiError;
use crate::generate::pixels;
use crate::generate::pixels::FileFormat;
use crate::model::Drawing;
use crate::params::Args;

pub(super) fn order(args: &Args<'_>, drawing: &Drawing) -> Result<Order, ApiError> {
    let count = args.count("n").unwrap_or(1) as usize;
    if drawing.one_at_a_time && count > 1 {
        return Err(error::only_one_image());
    }
    let (width, height) = size(args.text("size"), drawing.step)?;
    let mut order = Order {
        count,
        width,
        height,
        quality: quality(args.text("quality")),
        transparent: false,
        format: FileFormat::Png,
        partial: None,
        by_address: false,
    };
    if !drawing.by_address {
        choose_file(&mut order, args, drawing)?;
        order.partial = partial(args, count)?;
    }
    Ok(order)
}

fn choose_file(order: &mut Order, args: &Args<'_>, drawing: &Drawing) -> Result<(), ApiError> {
    order.transparent = args.text("background") == Some("transparent");
    order.format = match args.text("output_format") {
        Some("jpeg") => FileFormat::Jpeg(args.count("output_compression").unwrap_or(100).max(1) as u8),
        Some("webp") => FileFormat::WebP,
        _ => FileFormat::Png,
    };
    match (order.transparent, order.format) {
        (true, _) if !drawing.draws_transparent => Err(error::no_transparency()),
        (true, FileFormat::Jpeg(_)) => Err(error::jpeg_has_no_transparency()),
        _ => Ok(()),
    }
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
        Some("high" | "xhigh" | "max" | "hd") => Quality::High,
        _ => Quality::Medium,
    }
}

fn size(given: Option<&str>, step: u32) -> Result<(u32, u32), ApiError> {
    let given = match given {
        None | Some("auto") => return Ok((1024, 1024)),
        Some(given) => given,
    };
    let (width, height) = read_size(given).ok_or_else(|| error::bad_image_size(given))?;
    if width.max(height) > pixels::LARGEST_SIDE {
        return Err(error::image_too_large(given, pixels::LARGEST_SIDE));
    }
    if (width % step, height % step) != (0, 0) {
        return Err(error::uneven_image_size());
    }
    Ok((width, height))
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
