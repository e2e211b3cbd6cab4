//! Pictures drawn from a seed: a mosaic of 16 colours on a grid of 16 by 16, mirrored. What a file of
//! one looks like is said in `files`.

mod files;

pub(crate) use files::FileFormat;

use crate::generate::seed::Seed;

/// Cells across and down.
const GRID: usize = 16;

/// The largest side of a picture in pixels.
pub(crate) const LARGEST_SIDE: u32 = 4096;

/// A picture, before anyone asks for a file of it.
pub(crate) struct Picture {
    width: u32,
    height: u32,
    /// Red, green and blue.
    palette: [[u8; 3]; 16],
    /// Where in the palette the colour of each cell is.
    cells: [[u8; GRID]; GRID],
    /// Whether the outermost cells show what is behind the picture.
    framed: bool,
}

impl Picture {
    /// A picture of `width` by `height` pixels, each side from 1 to [`LARGEST_SIDE`].
    pub(crate) fn new(seed: Seed, width: u32, height: u32) -> Picture {
        let mut draws = seed.draws();
        let palette = std::array::from_fn(|_| std::array::from_fn(|_| 64 + draws.below(192) as u8));
        let mut cells = [[0; GRID]; GRID];
        for row in &mut cells {
            for at in 0..GRID / 2 {
                row[at] = draws.below(16) as u8;
                row[GRID - 1 - at] = row[at];
            }
        }
        Picture { width, height, palette, cells, framed: false }
    }

    /// The same on a transparent ground, which is a frame of one cell.
    pub(crate) fn on_transparent_ground(mut self) -> Picture {
        self.framed = true;
        self
    }

    /// The same as it looks before it is finished: one cell stands for `1 << doublings` across and down.
    pub(crate) fn unfinished(mut self, doublings: usize) -> Picture {
        let kept = !0 << doublings;
        let whole = self.cells;
        for (y, row) in self.cells.iter_mut().enumerate() {
            for (x, cell) in row.iter_mut().enumerate() {
                *cell = whole[y & kept][x.min(GRID - 1 - x) & kept];
            }
        }
        self
    }

    /// The row of cells that a row of pixels lies in.
    fn cell_row(&self, y: usize) -> usize {
        y * GRID / self.height as usize
    }

    /// The column of cells that a column of pixels lies in.
    fn cell_column(&self, x: usize) -> usize {
        x * GRID / self.width as usize
    }

    fn is_clear(&self, row: usize, column: usize) -> bool {
        let outermost = |at| at == 0 || at == GRID - 1;
        self.framed && (outermost(row) || outermost(column))
    }

    /// All pixels. Rows of one cell are alike, so that `draw` draws the first one alone.
    fn rows(&self, row_bytes: usize, mut draw: impl FnMut(&mut Vec<u8>, usize)) -> Vec<u8> {
        let mut pixels = Vec::with_capacity(row_bytes * self.height as usize);
        for y in 0..self.height as usize {
            if y > 0 && self.cell_row(y) == self.cell_row(y - 1) {
                pixels.extend_from_within(pixels.len() - row_bytes..);
            } else {
                draw(&mut pixels, self.cell_row(y));
            }
        }
        pixels
    }

    /// Four bits a pixel, which say where in the palette its colour is.
    fn indices(&self) -> Vec<u8> {
        let row_bytes = (self.width as usize).div_ceil(2);
        self.rows(row_bytes, |pixels, row| {
            let index = |x| if x < self.width as usize { self.cells[row][self.cell_column(x)] } else { 0 };
            pixels.extend((0..row_bytes).map(|at| index(at * 2) << 4 | index(at * 2 + 1)));
        })
    }

    /// The same, a byte a pixel.
    fn palette_places(&self) -> Vec<u8> {
        self.rows(self.width as usize, |pixels, row| {
            pixels.extend((0..self.width as usize).map(|x| self.cells[row][self.cell_column(x)]));
        })
    }

    /// Red, green and blue, and on a transparent ground alpha, one byte each.
    fn colours(&self) -> Vec<u8> {
        let each = if self.framed { 4 } else { 3 };
        self.rows(self.width as usize * each, |pixels, row| {
            for column in (0..self.width as usize).map(|x| self.cell_column(x)) {
                let [red, green, blue] = self.palette[usize::from(self.cells[row][column])];
                let clear = self.is_clear(row, column);
                let pixel = if clear { [0; 4] } else { [red, green, blue, 255] };
                pixels.extend_from_slice(&pixel[..each]);
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(name: &str) -> Picture {
        Picture::new(Seed::of_bytes(name.as_bytes()), 32, 32)
    }

    #[test]
    fn each_seed_has_its_picture() {
        assert_eq!(picture("cat").colours(), picture("cat").colours());
        assert_ne!(picture("cat").colours(), picture("dog").colours());
    }

    #[test]
    fn an_unfinished_picture_has_fewer_and_larger_cells() {
        let differing = |doublings| {
            let cells = picture("cat").unfinished(doublings).cells;
            cells.iter().flat_map(|row| row.windows(2)).filter(|pair| pair[0] != pair[1]).count()
        };
        assert_eq!(picture("cat").unfinished(0).cells, picture("cat").cells);
        assert!(differing(0) > differing(1) && differing(1) > differing(2));
        assert_eq!(differing(3), 0, "the mirror image of one column is the same");
    }

    #[test]
    fn a_transparent_ground_is_a_frame() {
        let pixels = picture("cat").on_transparent_ground().colours();
        let alpha = |x: usize, y: usize| pixels[(y * 32 + x) * 4 + 3];
        assert_eq!(
            [alpha(0, 0), alpha(1, 16), alpha(16, 31), alpha(2, 2), alpha(16, 16)],
            [0, 0, 0, 255, 255]
        );
    }
}
