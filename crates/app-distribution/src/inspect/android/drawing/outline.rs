//! The path language of vector drawings, which is that of SVG.

use tiny_skia::{Path, PathBuilder, Point};

/// Of all paths of a drawing together a few thousand are many.
const MAX_SEGMENTS: u32 = 15_000;
const MAX_COORDINATE: f32 = 1e6;

/// The path that `data` describes; nothing if it is malformed or too long.
pub(super) fn parse(data: &str, budget: &mut u32) -> Option<Path> {
    let mut pen = Pen {
        text: data.as_bytes(),
        builder: PathBuilder::new(),
        at: Point::zero(),
        start: Point::zero(),
        control: None,
        budget,
    };
    pen.draw()?;
    pen.builder.finish()
}

/// What a drawing may spend on paths.
pub(super) const fn budget() -> u32 {
    MAX_SEGMENTS
}

struct Pen<'a> {
    text: &'a [u8],
    builder: PathBuilder,
    at: Point,
    start: Point,
    /// The last control point, with whether it was of a cubic curve.
    control: Option<(bool, Point)>,
    budget: &'a mut u32,
}

impl Pen<'_> {
    fn draw(&mut self) -> Option<()> {
        while let Some(command) = self.command() {
            let mut command = command;
            loop {
                *self.budget = self.budget.checked_sub(1)?;
                self.segment(command)?;
                if matches!(command, b'Z' | b'z') || !self.has_number() {
                    break;
                }
                // More numbers after a move are lines.
                command = match command {
                    b'M' => b'L',
                    b'm' => b'l',
                    other => other,
                };
            }
        }
        self.text.is_empty().then_some(())
    }

    fn segment(&mut self, command: u8) -> Option<()> {
        let origin = if command.is_ascii_lowercase() { self.at } else { Point::zero() };
        let control = self.control.take();
        match command.to_ascii_uppercase() {
            b'M' => {
                let to = self.point(origin)?;
                self.builder.move_to(to.x, to.y);
                (self.at, self.start) = (to, to);
            }
            b'L' => {
                let to = self.point(origin)?;
                self.line(to);
            }
            b'H' => {
                let to = Point::from_xy(origin.x + self.number()?, self.at.y);
                self.line(to);
            }
            b'V' => {
                let to = Point::from_xy(self.at.x, origin.y + self.number()?);
                self.line(to);
            }
            b'C' => {
                let first = self.point(origin)?;
                self.cubic(first, origin)?;
            }
            b'S' => {
                let first = self.reflected(control, true);
                self.cubic(first, origin)?;
            }
            b'Q' => {
                let middle = self.point(origin)?;
                self.quadratic(middle, origin)?;
            }
            b'T' => {
                let middle = self.reflected(control, false);
                self.quadratic(middle, origin)?;
            }
            b'A' => self.arc(origin)?,
            b'Z' => {
                self.builder.close();
                self.at = self.start;
            }
            _ => return None,
        }
        // Far outside of any drawing lies nothing but trouble.
        (self.at.x.abs() < MAX_COORDINATE && self.at.y.abs() < MAX_COORDINATE).then_some(())
    }

    fn line(&mut self, to: Point) {
        self.builder.line_to(to.x, to.y);
        self.at = to;
    }

    fn cubic(&mut self, first: Point, origin: Point) -> Option<()> {
        let (second, to) = (self.point(origin)?, self.point(origin)?);
        self.builder.cubic_to(first.x, first.y, second.x, second.y, to.x, to.y);
        (self.at, self.control) = (to, Some((true, second)));
        Some(())
    }

    fn quadratic(&mut self, middle: Point, origin: Point) -> Option<()> {
        let to = self.point(origin)?;
        self.builder.quad_to(middle.x, middle.y, to.x, to.y);
        (self.at, self.control) = (to, Some((false, middle)));
        Some(())
    }

    /// The last control point on the other side, if the last curve was of the same kind.
    fn reflected(&self, control: Option<(bool, Point)>, cubic: bool) -> Point {
        match control {
            Some((was_cubic, point)) if was_cubic == cubic => {
                Point::from_xy(2.0 * self.at.x - point.x, 2.0 * self.at.y - point.y)
            }
            _ => self.at,
        }
    }

    /// An elliptic arc, as curves of a quarter turn at most (SVG 1.1, appendix F.6).
    fn arc(&mut self, origin: Point) -> Option<()> {
        let (mut rx, mut ry) = (f64::from(self.number()?.abs()), f64::from(self.number()?.abs()));
        let turn = f64::from(self.number()?).to_radians();
        let (large, sweep) = (self.flag()?, self.flag()?);
        let (from, to) = (self.at, self.point(origin)?);
        if rx == 0.0 || ry == 0.0 || from == to {
            self.line(to);
            return Some(());
        }
        let (sin, cos) = turn.sin_cos();
        let half = |a: f32, b: f32| (f64::from(a) - f64::from(b)) / 2.0;
        let (dx, dy) = (half(from.x, to.x), half(from.y, to.y));
        let (x, y) = (cos * dx + sin * dy, cos * dy - sin * dx);
        // Radii that do not reach are made to.
        let reach = (x / rx).powi(2) + (y / ry).powi(2);
        if reach > 1.0 {
            (rx, ry) = (rx * reach.sqrt(), ry * reach.sqrt());
        }
        let square = (rx * ry).powi(2) - (rx * y).powi(2) - (ry * x).powi(2);
        let factor = (square.max(0.0) / ((rx * y).powi(2) + (ry * x).powi(2))).sqrt();
        let factor = if large == sweep { -factor } else { factor };
        let (cx, cy) = (factor * rx * y / ry, -factor * ry * x / rx);
        let begin = ((y - cy) / ry).atan2((x - cx) / rx);
        let end = ((-y - cy) / ry).atan2((-x - cx) / rx);
        let full = std::f64::consts::TAU;
        let sweep_by =
            if sweep { (end - begin).rem_euclid(full) } else { -((begin - end).rem_euclid(full)) };
        let mid = |a: f32, b: f32| f64::midpoint(f64::from(a), f64::from(b));
        let center =
            (cos * cx - sin * cy + mid(from.x, to.x), sin * cx + cos * cy + mid(from.y, to.y));
        let ellipse = Ellipse { center, radii: (rx, ry), sin, cos };
        self.curves(&ellipse, begin, sweep_by);
        self.at = to;
        Some(())
    }

    fn curves(&mut self, ellipse: &Ellipse, begin: f64, sweep: f64) {
        const PIECES: i32 = 4;
        let step = sweep / f64::from(PIECES);
        let handle = 4.0 / 3.0 * (step / 4.0).tan();
        for piece in 0..PIECES {
            let (one, two) = (begin + step * f64::from(piece), begin + step * f64::from(piece + 1));
            let first = ellipse.at(one.cos() - handle * one.sin(), one.sin() + handle * one.cos());
            let second = ellipse.at(two.cos() + handle * two.sin(), two.sin() - handle * two.cos());
            let to = ellipse.at(two.cos(), two.sin());
            self.builder.cubic_to(first.x, first.y, second.x, second.y, to.x, to.y);
        }
    }

    fn point(&mut self, origin: Point) -> Option<Point> {
        Some(Point::from_xy(origin.x + self.number()?, origin.y + self.number()?))
    }

    fn skip(&mut self) {
        let is_between = |byte: &u8| byte.is_ascii_whitespace() || *byte == b',';
        let skipped = self.text.iter().take_while(|byte| is_between(byte)).count();
        self.text = &self.text[skipped..];
    }

    fn command(&mut self) -> Option<u8> {
        self.skip();
        let (&command, rest) = self.text.split_first()?;
        self.text = rest;
        Some(command)
    }

    fn has_number(&mut self) -> bool {
        self.skip();
        self.text.first().is_some_and(|byte| byte.is_ascii_digit() || b"+-.".contains(byte))
    }

    /// A flag of an arc, which may stand right before the next number.
    fn flag(&mut self) -> Option<bool> {
        self.skip();
        let (&flag, rest) = self.text.split_first()?;
        self.text = rest;
        match flag {
            b'0' => Some(false),
            b'1' => Some(true),
            _ => None,
        }
    }

    fn number(&mut self) -> Option<f32> {
        self.skip();
        let (mut len, mut has_point, mut has_exponent) = (0, false, false);
        let mut last = b' ';
        for &byte in self.text {
            match byte {
                b'0'..=b'9' => {}
                b'+' | b'-' if len == 0 || matches!(last, b'e' | b'E') => {}
                b'.' if !has_point && !has_exponent => has_point = true,
                b'e' | b'E' if len > 0 && !has_exponent => has_exponent = true,
                _ => break,
            }
            last = byte;
            len += 1;
        }
        let (number, rest) = self.text.split_at(len);
        self.text = rest;
        std::str::from_utf8(number)
            .ok()?
            .parse()
            .ok()
            .filter(|number: &f32| number.abs() < MAX_COORDINATE)
    }
}

struct Ellipse {
    center: (f64, f64),
    radii: (f64, f64),
    sin: f64,
    cos: f64,
}

impl Ellipse {
    /// A point of the unit circle's plane, moved to the ellipse's.
    fn at(&self, x: f64, y: f64) -> Point {
        let (x, y) = (x * self.radii.0, y * self.radii.1);
        #[expect(clippy::cast_possible_truncation, reason = "pixels")]
        let narrow = |number: f64| number as f32;
        Point::from_xy(
            narrow(self.cos * x - self.sin * y + self.center.0),
            narrow(self.sin * x + self.cos * y + self.center.1),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(data: &str) -> Option<[f32; 4]> {
        let bounds = parse(data, &mut budget())?.compute_tight_bounds()?;
        Some([bounds.left(), bounds.top(), bounds.right(), bounds.bottom()].map(f32::round))
    }

    #[test]
    fn paths_are_drawn() {
        assert_eq!(bounds("M1,2h10v20H1z"), Some([1.0, 2.0, 11.0, 22.0]));
        assert_eq!(bounds("m1 2 10 0-3.5.5L1 22z"), Some([1.0, 2.0, 11.0, 22.0]));
        // A circle of two arcs, written as tools for small files write it.
        assert_eq!(bounds("M0,10a10,10 0 1120,0a10 10 0 11-20 0"), Some([0.0, 0.0, 20.0, 20.0]));
        assert_eq!(bounds("M0 0C0 10 20 10 20 0S40-10 40 0"), Some([0.0, -8.0, 40.0, 8.0]));
        assert_eq!(bounds("M0 0q5 10 10 0t1e1 0"), Some([0.0, -5.0, 20.0, 5.0]));
    }

    #[test]
    fn what_is_no_path_is_nothing() {
        for data in ["", "M", "M1", "L1 x", "M0 0L1e99 0", "M0 0A1 1 0 2 0 1 1", "hello"] {
            assert_eq!(bounds(data), None, "{data}");
        }
        assert!(parse(&"M0 0l1 1".repeat(30_000), &mut budget()).is_none());
    }
}
