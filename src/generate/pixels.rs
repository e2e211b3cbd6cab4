//! Pictures drawn from a seed: a mosaic of 16 colours on a grid of 16 by 16, mirrored, as a PNG file.

use crate::generate::seed::Seed;

/// Cells across and down.
const GRID: usize = 16;

/// The largest side of a picture in pixels.
pub(crate) const LARGEST_SIDE: u32 = 4096;

/// A PNG file of `width` by `height` pixels, each side from 1 to [`LARGEST_SIDE`].
pub(crate) fn png(seed: Seed, width: u32, height: u32) -> Vec<u8> {
    let mut draws = seed.draws();
    let palette: Vec<u8> = (0..16 * 3).map(|_| 64 + draws.below(192) as u8).collect();
    let mut cells = [[0_u8; GRID]; GRID];
    for row in &mut cells {
        for at in 0..GRID / 2 {
            row[at] = draws.below(16) as u8;
            row[GRID - 1 - at] = row[at];
        }
    }

    // Four bits a pixel. Rows of one cell are alike, so each is drawn once.
    let row_bytes = (width as usize).div_ceil(2);
    let mut pixels = Vec::with_capacity(row_bytes * height as usize);
    for y in 0..height as usize {
        let row = &cells[y * GRID / height as usize];
        let start_of_cell = y > 0 && y * GRID / height as usize == (y - 1) * GRID / height as usize;
        if start_of_cell {
            pixels.extend_from_within(pixels.len() - row_bytes..);
            continue;
        }
        let colour = |x: usize| if x < width as usize { row[x * GRID / width as usize] } else { 0 };
        pixels.extend((0..row_bytes).map(|at| colour(at * 2) << 4 | colour(at * 2 + 1)));
    }
    encode(&palette, &pixels, width, height).unwrap_or_default()
}

fn encode(palette: &[u8], pixels: &[u8], width: u32, height: u32) -> Result<Vec<u8>, png::EncodingError> {
    let mut file = Vec::with_capacity(16 * 1024);
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Four);
    encoder.set_palette(palette);
    encoder.set_compression(png::Compression::Fast);
    // A row less the row above it: almost all zeros.
    encoder.set_filter(png::Filter::Up);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_png_of_the_size_asked_for_that_decodes() {
        for (width, height) in [(1, 1), (3, 17), (256, 256), (1792, 1024)] {
            let file = png(Seed::of_bytes(b"cat"), width, height);
            let mut reader = png::Decoder::new(std::io::Cursor::new(&file)).read_info().expect("a PNG");
            assert_eq!((reader.info().width, reader.info().height), (width, height));
            let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
            reader.next_frame(&mut pixels).expect("a picture");
            assert!(file.len() < 64 * 1024, "{width}x{height} is {} bytes", file.len());
        }
        let other = png(Seed::of_bytes(b"dog"), 256, 256);
        assert_ne!(png(Seed::of_bytes(b"cat"), 256, 256), other);
    }
}
