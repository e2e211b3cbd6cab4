//! Files of a picture: PNG, JPEG, WebP, GIF and SVG. Chooses no colour.

use crate::generate::pixels::GRID;
use crate::generate::pixels::Picture;
use jpeg_encoder::ImageBuffer;
use jpeg_encoder::JpegColorType;
use jpeg_encoder::rgb_to_ycbcr;

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileFormat {
    Png,
    /// With a quality from 1 to 100.
    Jpeg(u8),
    WebP,
    /// Moving: the colours change places from frame to frame, each of which is seen for so long.
    Gif {
        frames: u16,
        milliseconds: u32,
    },
    Svg,
}

impl FileFormat {
    /// As the API names it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            FileFormat::Png => "png",
            FileFormat::Jpeg(_) => "jpeg",
            FileFormat::WebP => "webp",
            FileFormat::Gif { .. } => "gif",
            FileFormat::Svg => "svg",
        }
    }
}

impl Picture {
    /// The bytes of a file. JPEG has no transparency: the cells of the frame keep their colours there.
    pub(crate) fn file(&self, format: FileFormat) -> Vec<u8> {
        // No encoder fails on a picture of these sizes that is written to memory.
        match format {
            FileFormat::Png => self.png().unwrap_or_default(),
            FileFormat::Jpeg(quality) => self.jpeg(quality).unwrap_or_default(),
            FileFormat::WebP => self.webp().unwrap_or_default(),
            FileFormat::Gif { frames, milliseconds } => self.gif(frames, milliseconds).unwrap_or_default(),
            FileFormat::Svg => self.svg().into_bytes(),
        }
    }

    fn png(&self) -> Result<Vec<u8>, png::EncodingError> {
        let mut file = Vec::with_capacity(16 * 1024);
        let mut encoder = png::Encoder::new(&mut file, self.width, self.height);
        encoder.set_compression(png::Compression::Fast);
        // A row less the row above it: almost all zeros.
        encoder.set_filter(png::Filter::Up);
        let pixels = if self.framed {
            encoder.set_color(png::ColorType::Rgba);
            encoder.set_depth(png::BitDepth::Eight);
            self.colours()
        } else {
            encoder.set_color(png::ColorType::Indexed);
            encoder.set_depth(png::BitDepth::Four);
            encoder.set_palette(self.palette.as_flattened());
            self.indices()
        };
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&pixels)?;
        writer.finish()?;
        Ok(file)
    }

    fn jpeg(&self, quality: u8) -> Result<Vec<u8>, jpeg_encoder::EncodingError> {
        let mut file = Vec::with_capacity(64 * 1024);
        let palette = self.palette.map(|[red, green, blue]| rgb_to_ycbcr(red, green, blue));
        jpeg_encoder::Encoder::new(&mut file, quality).encode_image(Rows { picture: self, palette })?;
        Ok(file)
    }

    fn webp(&self) -> Result<Vec<u8>, image_webp::EncodingError> {
        let mut file = Vec::with_capacity(64 * 1024);
        let colour = if self.framed { image_webp::ColorType::Rgba8 } else { image_webp::ColorType::Rgb8 };
        image_webp::WebPEncoder::new(&mut file).encode(&self.colours(), self.width, self.height, colour)?;
        Ok(file)
    }

    /// All frames have the same pixels, which are packed once, and a palette each.
    fn gif(&self, frames: u16, milliseconds: u32) -> Result<Vec<u8>, gif::EncodingError> {
        let mut file = Vec::with_capacity(64 * 1024);
        let mut encoder = gif::Encoder::new(&mut file, self.width as u16, self.height as u16, &[])?;
        encoder.set_repeat(gif::Repeat::Infinite)?;
        let mut frame = gif::Frame {
            width: self.width as u16,
            height: self.height as u16,
            // In hundredths of a second.
            delay: ((milliseconds + 5) / 10).min(u16::MAX.into()) as u16,
            buffer: self.palette_places().into(),
            ..gif::Frame::default()
        };
        frame.make_lzw_pre_encoded();
        let mut palette = self.palette;
        for _ in 0..frames {
            frame.palette = Some(palette.as_flattened().to_vec());
            encoder.write_lzw_pre_encoded_frame(&frame)?;
            palette.rotate_left(1);
        }
        drop(encoder);
        Ok(file)
    }

    /// A rectangle for each run of cells of one colour.
    fn svg(&self) -> String {
        let mut text = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}" viewBox="0 0 {GRID} {GRID}" "#,
            self.width, self.height
        );
        text.push_str(r#"preserveAspectRatio="none" shape-rendering="crispEdges">"#);
        for (y, row) in self.cells.iter().enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|one, other| one == other) {
                let [red, green, blue] = self.palette[usize::from(run[0])];
                let width = run.len();
                text.extend([format!(
                    r##"<rect x="{x}" y="{y}" width="{width}" height="1" fill="#{red:02x}{green:02x}{blue:02x}"/>"##
                )]);
                x += width;
            }
        }
        text.push_str("</svg>\n");
        text
    }
}

/// Hands the JPEG encoder one row at a time, so that the pixels never stand in memory together.
struct Rows<'a> {
    picture: &'a Picture,
    palette: [(u8, u8, u8); 16],
}

impl ImageBuffer for Rows<'_> {
    fn get_jpeg_color_type(&self) -> JpegColorType {
        JpegColorType::Ycbcr
    }

    fn width(&self) -> u16 {
        self.picture.width as u16
    }

    fn height(&self) -> u16 {
        self.picture.height as u16
    }

    fn fill_buffers(&self, y: u16, [luma, blue, red, _]: &mut [Vec<u8>; 4]) {
        let cells = &self.picture.cells[self.picture.cell_row(y.into())];
        for x in 0..self.picture.width as usize {
            let colour = self.palette[usize::from(cells[self.picture.cell_column(x)])];
            luma.push(colour.0);
            blue.push(colour.1);
            red.push(colour.2);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::seed::Seed;
    use std::io::Cursor;

    const SIZES: [(u32, u32); 5] = [(1, 1), (3, 17), (16, 16), (256, 256), (1792, 1024)];

    fn picture((width, height): (u32, u32)) -> Picture {
        Picture::new(Seed::of_bytes(b"cat"), width, height)
    }

    /// The picture as 8-bit red, green, blue and, on a transparent ground, alpha.
    fn decoded_png(file: &[u8]) -> Vec<u8> {
        let mut decoder = png::Decoder::new(Cursor::new(file));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().expect("a PNG");
        let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
        reader.next_frame(&mut pixels).expect("a picture");
        pixels
    }

    fn decoded_webp(file: &[u8]) -> Vec<u8> {
        let mut decoder = image_webp::WebPDecoder::new(Cursor::new(file)).expect("a WebP");
        let mut pixels = vec![0; decoder.output_buffer_size().expect("a size")];
        decoder.read_image(&mut pixels).expect("a picture");
        pixels
    }

    #[test]
    fn png_and_webp_hold_each_pixel() {
        for size in SIZES {
            for picture in [picture(size), picture(size).on_transparent_ground()] {
                let file = picture.file(FileFormat::Png);
                assert_eq!(decoded_png(&file), picture.colours(), "{size:?}");
                assert!(file.len() < 256 * 1024, "{size:?} is {} bytes", file.len());
                assert_eq!(decoded_webp(&picture.file(FileFormat::WebP)), picture.colours(), "{size:?}");
            }
        }
    }

    #[test]
    fn a_gif_moves() {
        for size in SIZES {
            let file = picture(size).file(FileFormat::Gif { frames: 3, milliseconds: 204 });
            let mut options = gif::DecodeOptions::new();
            options.set_color_output(gif::ColorOutput::RGBA);
            let mut decoder = options.read_info(Cursor::new(file)).expect("a GIF");
            let mut frames = Vec::new();
            while let Some(frame) = decoder.read_next_frame().expect("a frame") {
                assert_eq!(
                    (u32::from(frame.width), u32::from(frame.height), frame.delay),
                    (size.0, size.1, 20)
                );
                frames.push(
                    frame
                        .buffer
                        .as_chunks::<4>()
                        .0
                        .iter()
                        .flat_map(|[r, g, b, _]| [*r, *g, *b])
                        .collect::<Vec<u8>>(),
                );
            }
            assert_eq!((frames.len(), &frames[0]), (3, &picture(size).colours()));
            assert!(frames[0] != frames[1] && frames[1] != frames[2]);
        }
    }

    #[test]
    fn an_svg_has_a_colour_for_each_cell() {
        let picture = picture((32, 64));
        let text = String::from_utf8(picture.file(FileFormat::Svg)).expect("UTF-8");
        assert!(text.starts_with(r#"<svg xmlns="http://www.w3.org/2000/svg" width="32" height="64""#));
        let widths = text.split(r#"height="1""#).filter_map(|rect| rect.rsplit_once(r#"width=""#));
        let covered: usize =
            widths.filter_map(|(_, rest)| rest.split('"').next()?.parse::<usize>().ok()).sum();
        assert_eq!(covered, GRID * GRID);
    }

    #[test]
    fn a_jpeg_says_its_size_and_grows_with_its_quality() {
        for size in SIZES {
            let file = picture(size).file(FileFormat::Jpeg(90));
            assert_eq!((&file[..3], &file[file.len() - 2..]), (&b"\xff\xd8\xff"[..], &b"\xff\xd9"[..]));
            let frame = file.windows(2).position(|marker| marker == b"\xff\xc0").expect("a frame");
            let side = |at: usize| u32::from(u16::from_be_bytes([file[frame + at], file[frame + at + 1]]));
            assert_eq!((side(7), side(5)), size);
        }
        let length = |quality| picture((256, 256)).file(FileFormat::Jpeg(quality)).len();
        assert!(length(1) < length(50) && length(50) < length(100));
    }
}
