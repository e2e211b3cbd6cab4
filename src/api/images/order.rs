//! What is to be drawn: the parameters with the rules between them, nothing in it left to be chosen.

use crate::error;
use crate::error::ApiError;
use crate::generate::pixels;
use crate::generate::pixels::FileFormat;
use crate::generate::pixels::Picture;
use crate::generate::seed::Seed;
use crate::json::Json;
use crate::model::Drawing;
use crate::params::Args;
use crate::tokens::Encoding;

pub(in crate::api) struct Order {
    pub(super) count: usize,
    pub(super) width: u32,
    pub(super) height: u32,
    /// Pictures that a stream shows before the finished one; `None` where there is no stream.
    pub(super) partial: Option<usize>,
    quality: Quality,
    transparent: bool,
    format: FileFormat,
    prompt_tokens: u64,
}

#[derive(Clone, Copy)]
enum Quality {
    Low,
    Medium,
    High,
}

/// What one picture of low, medium and high quality costs.
const TOKENS: [(u32, u32, [u64; 3]); 3] =
    [(1024, 1024, [272, 1056, 4160]), (1024, 1536, [408, 1584, 6240]), (1536, 1024, [400, 1568, 6208])];

/// What a prompt costs besides its own tokens.
const PROMPT_FRAME: u64 = 6;

impl Order {
    pub(super) fn of(args: &Args<'_>, drawing: &Drawing) -> Result<Order, ApiError> {
        let count = args.count("n").unwrap_or(1) as usize;
        if drawing.one_at_a_time && count > 1 {
            return Err(error::only_one_image());
        }
        let (width, height) = size(args.text("size"), drawing.step)?;
        let mut order = Order {
            count,
            width,
            height,
            partial: None,
            quality: quality(args.text("quality")),
            transparent: false,
            format: FileFormat::Png,
            prompt_tokens: Encoding::O200k.count(args.text("prompt").unwrap_or_default()) as u64
                + PROMPT_FRAME,
        };
        if !drawing.by_address {
            order.choose_file(args, drawing)?;
            order.choose_stream(args)?;
        }
        Ok(order)
    }

    fn choose_file(&mut self, args: &Args<'_>, drawing: &Drawing) -> Result<(), ApiError> {
        self.transparent = args.text("background") == Some("transparent");
        self.format = match args.text("output_format") {
            Some("jpeg") => FileFormat::Jpeg(args.count("output_compression").unwrap_or(100).max(1) as u8),
            Some("webp") => FileFormat::WebP,
            _ => FileFormat::Png,
        };
        match (self.transparent, self.format) {
            (true, _) if !drawing.draws_transparent => Err(error::no_transparency()),
            (true, FileFormat::Jpeg(_)) => Err(error::jpeg_has_no_transparency()),
            _ => Ok(()),
        }
    }

    fn choose_stream(&mut self, args: &Args<'_>) -> Result<(), ApiError> {
        let partial = args.count("partial_images").unwrap_or(0) as usize;
        match args.flag("stream") {
            false if partial > 0 => Err(error::partial_needs_stream()),
            true if self.count > 1 => Err(error::one_image_per_stream()),
            streamed => {
                self.partial = streamed.then_some(partial);
                Ok(())
            }
        }
    }

    /// A file; `doublings` above 0 make it one of an unfinished picture.
    pub(in crate::api) fn draw(&self, seed: Seed, doublings: usize) -> Vec<u8> {
        let mut picture = Picture::new(seed, self.width, self.height).unfinished(doublings);
        if self.transparent {
            picture = picture.on_transparent_ground();
        }
        picture.file(self.format)
    }

    pub(in crate::api) fn size(&self) -> String {
        format!("{}x{}", self.width, self.height)
    }

    pub(in crate::api) fn quality(&self) -> &'static str {
        match self.quality {
            Quality::Low => "low",
            Quality::Medium => "medium",
            Quality::High => "high",
        }
    }

    pub(in crate::api) fn background(&self) -> &'static str {
        if self.transparent { "transparent" } else { "opaque" }
    }

    pub(in crate::api) fn output_format(&self) -> &'static str {
        self.format.name()
    }

    /// The tokens of the prompt, and those of the pictures.
    pub(in crate::api) fn tokens(&self) -> (u64, u64) {
        (self.prompt_tokens, self.count as u64 * self.tokens_of_one())
    }

    pub(super) fn write_usage(&self, json: &mut Json) {
        let (_, output) = self.tokens();
        json.raw(r#"{"input_tokens":"#).number(self.prompt_tokens);
        json.raw(r#","input_tokens_details":{"image_tokens":0,"text_tokens":"#).number(self.prompt_tokens);
        json.raw(r#"},"output_tokens":"#).number(output);
        json.raw(r#","output_tokens_details":{"image_tokens":"#).number(output);
        json.raw(r#","text_tokens":0},"total_tokens":"#).number(self.prompt_tokens + output).raw("}");
    }

    /// Of a size that is not in the table, in proportion to its area.
    fn tokens_of_one(&self) -> u64 {
        let known = TOKENS.iter().find(|(width, height, _)| (*width, *height) == (self.width, self.height));
        if let Some((.., tokens)) = known {
            return tokens[self.quality as usize];
        }
        let (width, height, tokens) = TOKENS[0];
        let area = |width, height| u64::from(width) * u64::from(height);
        (tokens[self.quality as usize] * area(self.width, self.height)).div_ceil(area(width, height))
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

    #[test]
    fn tokens_follow_the_table_and_then_the_area() {
        let tokens = |width, height, quality| {
            let order = Order {
                count: 1,
                width,
                height,
                partial: None,
                quality,
                transparent: false,
                format: FileFormat::Png,
                prompt_tokens: 0,
            };
            order.tokens_of_one()
        };
        assert_eq!(tokens(1024, 1024, Quality::Low), 272);
        assert_eq!(tokens(1024, 1536, Quality::Medium), 1584);
        assert_eq!(tokens(1536, 1024, Quality::High), 6208);
        assert_eq!(tokens(2048, 2048, Quality::Low), 4 * 272);
        assert_eq!(tokens(512, 512, Quality::High), 1040);
        assert_eq!(tokens(16, 16, Quality::Low), 1);
    }
}
