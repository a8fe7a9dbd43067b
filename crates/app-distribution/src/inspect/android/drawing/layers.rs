//! Drawing whatever a resource may be: a colour, a picture, or XML that describes a drawing.

use std::io::{Read, Seek};

use tiny_skia::{FilterQuality, Paint, PathBuilder, Pixmap, PixmapPaint, Rect, Shader, Transform};

use super::super::super::InspectError;
use super::super::super::zip::Archive;
use super::super::lookup::Lookup;
use super::super::tolerated;
use super::super::value::Value;
use super::icon::Icons;
use super::node::Node;
use super::{fill, outline, picture};

const DRAWABLE: u32 = 0x0101_0199;
const SRC: u32 = 0x0101_0119;
const COLOR: u32 = 0x0101_01a5;
const TINT: u32 = 0x0101_0121;
const SHAPE: u32 = 0x0101_019a;
const WIDTH: u32 = 0x0101_0159;
const HEIGHT: u32 = 0x0101_0155;
/// Left, top, right, bottom; of an inset and of an item of a layer list.
const INSETS: [u32; 4] = [0x0101_01b7, 0x0101_01b9, 0x0101_01b8, 0x0101_01ba];
const INSET: u32 = 0x0101_04b5;
const OFFSETS: [u32; 4] = [0x0101_01ad, 0x0101_01ae, 0x0101_01af, 0x0101_01b0];
/// The side of a layer of an adaptive icon, in the unit that its parts are measured in.
const LAYER: f32 = 108.0;

/// Files opened and values looked up; real icons need a handful.
const MAX_FILES: u32 = 40;
const MAX_LOOKUPS: u32 = 400;
/// Each path is drawn over the whole canvas.
const MAX_ELEMENTS: u32 = 800;
const MAX_FILE: u64 = 4 * 1024 * 1024;
/// Of one resource, the finest first.
const MAX_CANDIDATES: usize = 8;

/// Draws, as long as its means last.
pub(super) struct Artist<'a, 'm, R> {
    archive: &'a mut Archive<R>,
    lookup: &'a mut Lookup<'m>,
    files: u32,
    lookups: u32,
    elements: u32,
    pub(super) segments: u32,
}

impl<'a, 'm, R: Read + Seek> Artist<'a, 'm, R> {
    pub(super) fn new(archive: &'a mut Archive<R>, lookup: &'a mut Lookup<'m>) -> Self {
        Self {
            archive,
            lookup,
            files: MAX_FILES,
            lookups: MAX_LOOKUPS,
            elements: MAX_ELEMENTS,
            segments: outline::budget(),
        }
    }

    /// The values of a resource, the finest picture first.
    pub(super) fn values(&mut self, id: u32) -> Result<Vec<Value>, InspectError> {
        if let Some(color) = fill::system_color(id) {
            return Ok(vec![Value::Number(color)]);
        }
        let Some(left) = self.lookups.checked_sub(1) else {
            return Ok(Vec::new());
        };
        self.lookups = left;
        let mut all = self.lookup.all(self.archive, id)?;
        all.sort_by_key(|(config, _)| config.coarseness());
        all.truncate(MAX_CANDIDATES);
        Ok(all.into_iter().map(|(_, value)| value).collect())
    }

    /// The file of a resource.
    pub(super) fn open(&mut self, path: &str) -> Result<Option<Vec<u8>>, InspectError> {
        let Some(left) = self.files.checked_sub(1) else {
            return Ok(None);
        };
        self.files = left;
        let path = self.lookup.path(path);
        match self.archive.find(path.as_bytes())? {
            Some(member) => tolerated(self.archive.read(&member, MAX_FILE)),
            None => Ok(None),
        }
    }

    pub(super) fn node(&mut self, bytes: &[u8]) -> Result<Option<Node>, InspectError> {
        let parsed = self.lookup.drawing(bytes, &mut self.elements);
        Ok(tolerated(parsed)?.flatten())
    }

    pub(super) fn open_node(&mut self, path: &str) -> Result<Option<Node>, InspectError> {
        match self.open(path)? {
            Some(bytes) => self.node(&bytes),
            None => Ok(None),
        }
    }

    /// Draws over the whole canvas; `false`, and nothing drawn, if that cannot be done.
    pub(super) fn draw(
        &mut self,
        value: &Value,
        canvas: &mut Pixmap,
        depth: u32,
    ) -> Result<bool, InspectError> {
        if depth > Icons::MAX_NESTING {
            return Ok(false);
        }
        match value {
            Value::Number(number) => {
                let paint = Paint {
                    shader: Shader::SolidColor(fill::color(*number, 1.0)),
                    ..Paint::default()
                };
                fill_all(canvas, &paint);
                Ok(true)
            }
            Value::Reference(id) => {
                for value in self.values(*id)? {
                    if self.draw(&value, canvas, depth + 1)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Value::Text(path) => match self.open(path)? {
                Some(bytes) => self.draw_file(&bytes, canvas, depth + 1),
                None => Ok(false),
            },
            _ => Ok(false),
        }
    }

    fn draw_file(
        &mut self,
        bytes: &[u8],
        canvas: &mut Pixmap,
        depth: u32,
    ) -> Result<bool, InspectError> {
        if picture::is_picture(bytes) {
            let layer =
                picture::decode(bytes).and_then(|image| picture::stretched(&image, canvas.width()));
            return Ok(layer.is_some_and(|layer| place(canvas, &layer, Transform::identity())));
        }
        match self.node(bytes)? {
            Some(node) => self.draw_node(&node, canvas, depth),
            None => Ok(false),
        }
    }

    pub(super) fn draw_node(
        &mut self,
        node: &Node,
        canvas: &mut Pixmap,
        depth: u32,
    ) -> Result<bool, InspectError> {
        if depth > Icons::MAX_NESTING {
            return Ok(false);
        }
        // On a sheet of its own, so that half a drawing is none.
        let Some(mut sheet) = Pixmap::new(canvas.width(), canvas.height()) else {
            return Ok(false);
        };
        let drawn = match node.name.as_str() {
            "vector" => self.vector(node, &mut sheet)?,
            "bitmap" => {
                self.drawable(node, SRC, &mut sheet, depth)? && self.tinted(node, &mut sheet)?
            }
            "color" => self.drawable(node, COLOR, &mut sheet, depth)?,
            "inset" => self.inset(node, &mut sheet, depth)?,
            "layer-list" => self.layer_list(node, &mut sheet, depth)?,
            "shape" => self.shape(node, &mut sheet)?,
            "selector" => match node.children.last() {
                Some(last) => self.drawable(last, DRAWABLE, &mut sheet, depth)?,
                None => false,
            },
            _ => false,
        };
        Ok(drawn && place(canvas, &sheet, Transform::identity()))
    }

    /// What an attribute refers to, or else the element inside.
    pub(super) fn drawable(
        &mut self,
        node: &Node,
        attribute: u32,
        canvas: &mut Pixmap,
        depth: u32,
    ) -> Result<bool, InspectError> {
        match (node.get(attribute).cloned(), node.children.first()) {
            (Some(value), _) => self.draw(&value, canvas, depth + 1),
            (None, Some(child)) => self.draw_node(child, canvas, depth + 1),
            (None, None) => Ok(false),
        }
    }

    fn tinted(&mut self, node: &Node, sheet: &mut Pixmap) -> Result<bool, InspectError> {
        match node.get(TINT).cloned() {
            Some(tint) => self.tint(&tint, sheet),
            None => Ok(true),
        }
    }

    fn inset(
        &mut self,
        node: &Node,
        canvas: &mut Pixmap,
        depth: u32,
    ) -> Result<bool, InspectError> {
        let all = node.get(INSET).map_or(0.0, part);
        let insets = INSETS.map(|id| node.get(id).map_or(all, part));
        self.draw_inside(node, insets, canvas, depth)
    }

    fn layer_list(
        &mut self,
        node: &Node,
        canvas: &mut Pixmap,
        depth: u32,
    ) -> Result<bool, InspectError> {
        for item in &node.children {
            let mut insets = OFFSETS.map(|id| item.get(id).map_or(0.0, part));
            // A size of its own is kept in the middle.
            for (id, [near, far]) in [(WIDTH, [0, 2]), (HEIGHT, [1, 3])] {
                if let Some(size) = item.get(id).map(part) {
                    insets[near] += (1.0 - size) / 2.0;
                    insets[far] += (1.0 - size) / 2.0;
                }
            }
            if !self.draw_inside(item, insets, canvas, depth)? {
                return Ok(false);
            }
        }
        Ok(!node.children.is_empty())
    }

    /// Draws the drawable of a node with room around it, given in parts of the canvas.
    fn draw_inside(
        &mut self,
        node: &Node,
        [left, top, right, bottom]: [f32; 4],
        canvas: &mut Pixmap,
        depth: u32,
    ) -> Result<bool, InspectError> {
        let (width, height) = (1.0 - left - right, 1.0 - top - bottom);
        let Some(mut sheet) = Pixmap::new(canvas.width(), canvas.height()) else {
            return Ok(false);
        };
        let fits = [width, height].iter().all(|side| (0.01..=10.0).contains(side));
        if !fits || !self.drawable(node, DRAWABLE, &mut sheet, depth)? {
            return Ok(false);
        }
        #[expect(clippy::cast_precision_loss, reason = "a canvas is small")]
        let side = canvas.width() as f32;
        let transform =
            Transform::from_scale(width, height).post_translate(left * side, top * side);
        Ok(place(canvas, &sheet, transform))
    }

    /// A rectangle or an oval of one colour.
    fn shape(&mut self, node: &Node, canvas: &mut Pixmap) -> Result<bool, InspectError> {
        let Some(color) = node.child("solid").and_then(|solid| solid.get(COLOR)).cloned() else {
            return Ok(false);
        };
        let Some(shader) = self.shader(&color, 1.0, Transform::identity())? else {
            return Ok(false);
        };
        let paint = Paint { shader, anti_alias: true, ..Paint::default() };
        match node.number(SHAPE).unwrap_or_default() {
            0.0 => fill_all(canvas, &paint),
            1.0 => {
                let Some(path) = whole(canvas).and_then(PathBuilder::from_oval) else {
                    return Ok(false);
                };
                let rule = tiny_skia::FillRule::Winding;
                canvas.fill_path(&path, &paint, rule, Transform::identity(), None);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// A length as a part of the whole.
fn part(value: &Value) -> f32 {
    match value {
        Value::Fraction(part) => *part,
        value => value.as_number().unwrap_or_default() / LAYER,
    }
}

fn whole(canvas: &Pixmap) -> Option<Rect> {
    #[expect(clippy::cast_precision_loss, reason = "a canvas is small")]
    Rect::from_xywh(0.0, 0.0, canvas.width() as f32, canvas.height() as f32)
}

fn fill_all(canvas: &mut Pixmap, paint: &Paint<'_>) {
    if let Some(whole) = whole(canvas) {
        canvas.fill_rect(whole, paint, Transform::identity(), None);
    }
}

/// Lays one sheet on another.
fn place(canvas: &mut Pixmap, sheet: &Pixmap, transform: Transform) -> bool {
    let quality =
        if transform.is_identity() { FilterQuality::Nearest } else { FilterQuality::Bicubic };
    let paint = PixmapPaint { quality, ..PixmapPaint::default() };
    canvas.draw_pixmap(0, 0, sheet.as_ref(), &paint, transform, None);
    true
}
