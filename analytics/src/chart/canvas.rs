//! A drawing: lines, words and areas in pixels, and the finish that makes it fit into a page.

use plotters::backend::SVGBackend;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{PathElement, Polygon, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, IntoFont, RGBColor, ShapeStyle};

/// The size of the letters, in pixels.
const LETTERS: u32 = 17;

/// What the reader's preference replaces: the colour of words and axes.
const INK: RGBColor = RGBColor(0x1B, 0x1B, 0x1F);
/// The ink as the backend writes it.
const INK_WRITTEN: &str = "\"#1B1B1F\"";

/// Why drawing cannot fail.
const IN_MEMORY: &str = "drawing into a string does not fail";

/// A stroke that can be told from the others without its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stroke {
    /// Blue and solid.
    First,
    /// Orange and dashed.
    Second,
    /// Green and dotted.
    Third,
    /// Grey and finely dashed: a bar that is to be met.
    Bar,
}

impl Stroke {
    const ALL: [Self; 4] = [Self::First, Self::Second, Self::Third, Self::Bar];

    const fn colour(self) -> RGBColor {
        match self {
            Self::First => RGBColor(0x00, 0x72, 0xB2),
            Self::Second => RGBColor(0xD5, 0x5E, 0x00),
            Self::Third => RGBColor(0x00, 0x7A, 0x59),
            Self::Bar => RGBColor(0x77, 0x77, 0x7D),
        }
    }

    const fn dashes(self) -> Option<&'static str> {
        match self {
            Self::First => None,
            Self::Second => Some("9 4"),
            Self::Third => Some("2 4"),
            Self::Bar => Some("4 4"),
        }
    }

    fn written(self) -> String {
        let RGBColor(red, green, blue) = self.colour();
        format!("stroke=\"#{red:02X}{green:02X}{blue:02X}\"")
    }
}

/// Where words stand, seen from the point they belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beside {
    /// They end there.
    Left,
    /// They begin there.
    Right,
    /// They hang from it.
    Below,
}

/// A drawing that is being made.
pub(crate) struct Canvas<'a> {
    area: DrawingArea<SVGBackend<'a>, Shift>,
}

/// Draws with `paint` onto a canvas of this size, in pixels, and finishes the drawing.
pub(crate) fn draw(subject: &Subject<'_>, size: (u32, u32), paint: impl FnOnce(&Canvas<'_>)) -> String {
    let mut svg = String::new();
    let canvas = Canvas { area: SVGBackend::with_string(&mut svg, size).into_drawing_area() };
    paint(&canvas);
    canvas.area.present().expect(IN_MEMORY);
    drop(canvas);
    finish(&svg, subject, size)
}

/// What a drawing shows, for those who cannot see it.
pub(crate) struct Subject<'a> {
    /// The drawing's name, from which ids are made.
    pub(crate) name: &'a str,
    /// What it shows.
    pub(crate) title: &'a str,
    /// What is to be seen.
    pub(crate) finding: &'a str,
}

impl Canvas<'_> {
    /// Draws a line through these points.
    pub(crate) fn line(&self, points: Vec<(i32, i32)>, stroke: Stroke) {
        let width = if stroke == Stroke::Bar { 1 } else { 2 };
        let style = ShapeStyle::from(stroke.colour()).stroke_width(width);
        self.area.draw(&PathElement::new(points, style)).expect(IN_MEMORY);
    }

    /// Draws a thin straight line of the grid.
    pub(crate) fn grid(&self, from: (i32, i32), until: (i32, i32)) {
        let style = ShapeStyle::from(INK.mix(0.14)).stroke_width(1);
        self.area.draw(&PathElement::new(vec![from, until], style)).expect(IN_MEMORY);
    }

    /// Fills the area within these points.
    pub(crate) fn area(&self, points: Vec<(i32, i32)>) {
        let style = ShapeStyle::from(INK.mix(0.22)).filled();
        self.area.draw(&Polygon::new(points, style)).expect(IN_MEMORY);
    }

    /// Shades a rectangle.
    pub(crate) fn shade(&self, corners: [(i32, i32); 2]) {
        let style = ShapeStyle::from(INK.mix(0.05)).filled();
        self.area.draw(&Rectangle::new(corners, style)).expect(IN_MEMORY);
    }

    /// Writes words, in ASCII, beside this point.
    pub(crate) fn words(&self, words: &str, at: (i32, i32), beside: Beside) {
        let (horizontal, vertical) = match beside {
            Beside::Left => (HPos::Right, VPos::Center),
            Beside::Right => (HPos::Left, VPos::Center),
            Beside::Below => (HPos::Center, VPos::Top),
        };
        let font = ("sans-serif", LETTERS).into_font().color(&INK);
        let style = font.pos(Pos::new(horizontal, vertical));
        self.area.draw(&Text::new(words.to_owned(), at, style)).expect(IN_MEMORY);
    }
}

/// Lets the drawing scale, names it for screen readers, and leaves its ink to the page.
fn finish(svg: &str, subject: &Subject<'_>, (width, height): (u32, u32)) -> String {
    let Subject { name, title, finding } = subject;
    let (_, drawing) = svg.split_once('\n').unwrap_or_default();
    let mut drawing = drawing.replace(INK_WRITTEN, "\"currentColor\"");
    for stroke in Stroke::ALL {
        if let Some(dashes) = stroke.dashes() {
            let written = stroke.written();
            drawing = drawing.replace(&written, &format!("{written} stroke-dasharray=\"{dashes}\""));
        }
    }
    let (title, finding) = (escape(title), escape(finding));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-labelledby=\"{name}-title {name}-desc\">\n\
         <title id=\"{name}-title\">{title}</title>\n<desc id=\"{name}-desc\">{finding}</desc>\n{drawing}"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
