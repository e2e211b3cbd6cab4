//! What is to be drawn, nothing in it left to be chosen.

use crate::generate::pixels::FileFormat;
use crate::generate::pixels::Picture;
use crate::generate::seed::Seed;
use crate::plan::Drawn;
use crate::tokens::Encoding;

pub(crate) struct Order {
    pub(crate) count: usize,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) quality: Quality,
    pub(crate) transparent: bool,
    pub(crate) format: FileFormat,
    /// Pictures that a stream shows before the finished one; `None` where there is no stream.
    pub(crate) partial: Option<usize>,
    /// Whether the pictures are fetched later, so that nothing is drawn now.
    pub(crate) by_address: bool,
    /// Who writes the picture down, if it is an SVG.
    pub(crate) author: Option<Author>,
}

/// The model that writes an SVG, and how many tokens it thinks about it.
pub(crate) struct Author {
    pub(crate) model: String,
    pub(crate) thoughts: u64,
}

impl Author {
    /// The tokens of this file and of the thoughts about it.
    pub(crate) fn tokens(&self, file: &[u8]) -> u64 {
        Encoding::O200k.count(&String::from_utf8_lossy(file)) as u64 + self.thoughts
    }
}

#[derive(Clone, Copy)]
pub(crate) enum Quality {
    Low,
    Medium,
    High,
    ExtraHigh,
    Max,
}

/// What one picture of low, medium and high quality costs.
const TOKENS: [(u32, u32, [u64; 3]); 3] =
    [(1024, 1024, [272, 1056, 4160]), (1024, 1536, [408, 1584, 6240]), (1536, 1024, [400, 1568, 6208])];

/// What a prompt costs besides its own tokens.
const PROMPT_FRAME: u64 = 6;

impl Order {
    /// A file; `doublings` above 0 make it one of an unfinished picture.
    pub(super) fn draw(&self, seed: Seed, doublings: usize) -> Vec<u8> {
        let mut picture = Picture::new(seed, self.width, self.height).unfinished(doublings);
        if self.transparent {
            picture = picture.on_transparent_ground();
        }
        picture.file(self.format)
    }

    /// A picture whose file is given.
    pub(crate) fn given(file: Vec<u8>) -> Drawn {
        Drawn { name: Seed::of_bytes(&file).hex(), file, url: None, revised_prompt: None }
    }

    pub(crate) fn size(&self) -> String {
        format!("{}x{}", self.width, self.height)
    }

    pub(crate) fn quality(&self) -> &'static str {
        match self.quality {
            Quality::Low => "low",
            Quality::Medium => "medium",
            Quality::High => "high",
            Quality::ExtraHigh => "xhigh",
            Quality::Max => "max",
        }
    }

    pub(crate) fn background(&self) -> &'static str {
        if self.transparent { "transparent" } else { "opaque" }
    }

    pub(crate) fn output_format(&self) -> &'static str {
        self.format.name()
    }

    /// The tokens of this prompt, which each picture is drawn from anew, and those of the pictures.
    pub(crate) fn tokens(&self, prompt: &str) -> (u64, u64) {
        let (count, prompt) = (self.count as u64, Encoding::O200k.count(prompt) as u64 + PROMPT_FRAME);
        (count * prompt, count * self.tokens_of_one())
    }

    /// Of a size that is not in the table, in proportion to its area. What the two highest qualities cost is
    /// not known; they are taken for twice and four times the one below.
    fn tokens_of_one(&self) -> u64 {
        let (column, times) = match self.quality {
            Quality::Low => (0, 1),
            Quality::Medium => (1, 1),
            Quality::High => (2, 1),
            Quality::ExtraHigh => (2, 2),
            Quality::Max => (2, 4),
        };
        let known = TOKENS.iter().find(|(width, height, _)| (*width, *height) == (self.width, self.height));
        if let Some((.., tokens)) = known {
            return tokens[column] * times;
        }
        let (width, height, tokens) = TOKENS[0];
        let area = |width, height| u64::from(width) * u64::from(height);
        (tokens[column] * times * area(self.width, self.height)).div_ceil(area(width, height))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
                by_address: false,
                author: None,
            };
            order.tokens_of_one()
        };
        assert_eq!(tokens(1024, 1024, Quality::Low), 272);
        assert_eq!(tokens(1024, 1536, Quality::Medium), 1584);
        assert_eq!(tokens(1536, 1024, Quality::High), 6208);
        assert_eq!(tokens(2048, 2048, Quality::Low), 4 * 272);
        assert_eq!(tokens(512, 512, Quality::High), 1040);
        assert_eq!(tokens(16, 16, Quality::Low), 1);
        assert_eq!(tokens(1024, 1024, Quality::Max), 4 * 4160);
    }
}
