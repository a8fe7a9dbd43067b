//! Vector drawings: groups of paths.

use std::io::{Read, Seek};

use tiny_skia::{
    FillRule, LineCap, LineJoin, Mask, Paint, Path, Pixmap, Shader, Stroke, Transform,
};

use super::super::super::InspectError;
use super::super::value::Value;
use super::layers::Artist;
use super::node::Node;
use super::outline;

const VIEWPORT_WIDTH: u32 = 0x0101_0402;
const VIEWPORT_HEIGHT: u32 = 0x0101_0403;
const FILL_COLOR: u32 = 0x0101_0404;
const PATH_DATA: u32 = 0x0101_0405;
const STROKE_COLOR: u32 = 0x0101_0406;
const STROKE_WIDTH: u32 = 0x0101_0407;
const TRIM_START: u32 = 0x0101_0408;
const TRIM_END: u32 = 0x0101_0409;
const LINE_CAP: u32 = 0x0101_040b;
const LINE_JOIN: u32 = 0x0101_040c;
const MITER_LIMIT: u32 = 0x0101_040d;
const STROKE_ALPHA: u32 = 0x0101_04cb;
const FILL_ALPHA: u32 = 0x0101_04cc;
const FILL_TYPE: u32 = 0x0101_051e;
const ALPHA: u32 = 0x0101_031f;
const TINT: u32 = 0x0101_0121;
const PIVOT_X: u32 = 0x0101_01b5;
const PIVOT_Y: u32 = 0x0101_01b6;
const SCALE_X: u32 = 0x0101_0324;
const SCALE_Y: u32 = 0x0101_0325;
const ROTATION: u32 = 0x0101_0326;
const TRANSLATE_X: u32 = 0x0101_045a;
const TRANSLATE_Y: u32 = 0x0101_045b;

/// Where a group draws.
#[derive(Clone)]
struct Place {
    transform: Transform,
    alpha: f32,
    mask: Option<Mask>,
}

impl<R: Read + Seek> Artist<'_, '_, R> {
    /// Draws all of a vector; `false` if it has something that cannot be drawn.
    pub(super) fn vector(
        &mut self,
        node: &Node,
        canvas: &mut Pixmap,
    ) -> Result<bool, InspectError> {
        let side = |id| node.number(id).filter(|side| *side > 0.0);
        let (Some(width), Some(height)) = (side(VIEWPORT_WIDTH), side(VIEWPORT_HEIGHT)) else {
            return Ok(false);
        };
        #[expect(clippy::cast_precision_loss, reason = "a canvas is small")]
        let (across, down) = (canvas.width() as f32 / width, canvas.height() as f32 / height);
        let alpha = node.number(ALPHA).unwrap_or(1.0);
        let place = Place { transform: Transform::from_scale(across, down), alpha, mask: None };
        if !self.group(node, canvas, place)? {
            return Ok(false);
        }
        match node.get(TINT) {
            None | Some(Value::Absent) => Ok(true),
            Some(tint) => self.tint(&tint.clone(), canvas),
        }
    }

    /// Gives everything that was drawn one colour.
    pub(super) fn tint(&mut self, tint: &Value, canvas: &mut Pixmap) -> Result<bool, InspectError> {
        let Some(Shader::SolidColor(color)) = self.shader(tint, 1.0, Transform::identity())? else {
            return Ok(false);
        };
        for pixel in canvas.pixels_mut() {
            let mut tinted = color;
            tinted.apply_opacity(f32::from(pixel.alpha()) / 255.0);
            *pixel = tinted.premultiply().to_color_u8();
        }
        Ok(true)
    }

    fn group(
        &mut self,
        node: &Node,
        canvas: &mut Pixmap,
        mut place: Place,
    ) -> Result<bool, InspectError> {
        for child in &node.children {
            let drawn = match child.name.as_str() {
                "group" => {
                    let transform = place.transform.pre_concat(transform(child));
                    self.group(child, canvas, Place { transform, ..place.clone() })?
                }
                "path" => self.path(child, canvas, &place)?,
                "clip-path" => self.clip(child, canvas, &mut place)?,
                _ => false,
            };
            if !drawn {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn outline(&mut self, node: &Node) -> Result<Option<Path>, InspectError> {
        let data = match node.get(PATH_DATA) {
            Some(Value::Text(data)) => data.clone(),
            Some(Value::Reference(id)) => match self.values(*id)?.into_iter().next() {
                Some(Value::Text(data)) => data,
                _ => return Ok(None),
            },
            _ => return Ok(None),
        };
        Ok(outline::parse(&data, &mut self.segments))
    }

    fn clip(
        &mut self,
        node: &Node,
        canvas: &Pixmap,
        place: &mut Place,
    ) -> Result<bool, InspectError> {
        let (width, height) = (canvas.width(), canvas.height());
        let Some(path) = self.outline(node)? else {
            return Ok(false);
        };
        match &mut place.mask {
            Some(mask) => mask.intersect_path(&path, FillRule::Winding, true, place.transform),
            slot => {
                let Some(mut mask) = Mask::new(width, height) else {
                    return Ok(false);
                };
                mask.fill_path(&path, FillRule::Winding, true, place.transform);
                *slot = Some(mask);
            }
        }
        Ok(true)
    }

    fn path(
        &mut self,
        node: &Node,
        canvas: &mut Pixmap,
        place: &Place,
    ) -> Result<bool, InspectError> {
        // A trimmed path is part of an animation.
        if node.number(TRIM_START).unwrap_or(0.0) != 0.0
            || node.number(TRIM_END).unwrap_or(1.0) < 1.0
        {
            return Ok(false);
        }
        let Some(path) = self.outline(node)? else {
            // An empty path is drawn by drawing nothing.
            return Ok(
                matches!(node.get(PATH_DATA), Some(Value::Text(data)) if data.trim().is_empty()),
            );
        };
        let (transform, mask) = (place.transform, place.mask.as_ref());
        if let Some(fill) = node.get(FILL_COLOR).filter(|value| **value != Value::Absent).cloned() {
            let alpha = place.alpha * node.number(FILL_ALPHA).unwrap_or(1.0);
            let Some(paint) = self.paint(&fill, alpha)? else {
                return Ok(false);
            };
            let rule = match node.number(FILL_TYPE) {
                Some(1.0) => FillRule::EvenOdd,
                _ => FillRule::Winding,
            };
            canvas.fill_path(&path, &paint, rule, transform, mask);
        }
        let width = node.number(STROKE_WIDTH).unwrap_or(0.0);
        let stroked = node.get(STROKE_COLOR).filter(|value| **value != Value::Absent);
        if let Some(color) = stroked.filter(|_| width > 0.0).cloned() {
            let alpha = place.alpha * node.number(STROKE_ALPHA).unwrap_or(1.0);
            let Some(paint) = self.paint(&color, alpha)? else {
                return Ok(false);
            };
            canvas.stroke_path(&path, &paint, &stroke(node, width), transform, mask);
        }
        Ok(true)
    }

    fn paint(&mut self, value: &Value, alpha: f32) -> Result<Option<Paint<'static>>, InspectError> {
        let shader = self.shader(value, alpha, Transform::identity())?;
        Ok(shader.map(|shader| Paint { shader, anti_alias: true, ..Paint::default() }))
    }
}

fn stroke(node: &Node, width: f32) -> Stroke {
    Stroke {
        width,
        miter_limit: node.number(MITER_LIMIT).unwrap_or(4.0),
        line_cap: match node.number(LINE_CAP) {
            Some(1.0) => LineCap::Round,
            Some(2.0) => LineCap::Square,
            _ => LineCap::Butt,
        },
        line_join: match node.number(LINE_JOIN) {
            Some(1.0) => LineJoin::Round,
            Some(2.0) => LineJoin::Bevel,
            _ => LineJoin::Miter,
        },
        dash: None,
    }
}

/// Scaled and turned around its pivot, then moved.
fn transform(group: &Node) -> Transform {
    let number = |id, otherwise| group.number(id).unwrap_or(otherwise);
    let (x, y) = (number(PIVOT_X, 0.0), number(PIVOT_Y, 0.0));
    Transform::from_translate(-x, -y)
        .post_scale(number(SCALE_X, 1.0), number(SCALE_Y, 1.0))
        .post_rotate(number(ROTATION, 0.0))
        .post_translate(number(TRANSLATE_X, 0.0) + x, number(TRANSLATE_Y, 0.0) + y)
}
