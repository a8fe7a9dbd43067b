//! What a shape is filled with: a colour or a gradient.

use std::io::{Read, Seek};

use tiny_skia::{
    Color, GradientStop, LinearGradient, Point, RadialGradient, Shader, SpreadMode, Transform,
};

use super::super::super::InspectError;
use super::super::value::Value;
use super::icon::Icons;
use super::layers::Artist;
use super::node::Node;

const COLOR: u32 = 0x0101_01a5;
const START_COLOR: u32 = 0x0101_019d;
const END_COLOR: u32 = 0x0101_019e;
const CENTER_COLOR: u32 = 0x0101_020b;
const TYPE: u32 = 0x0101_01a1;
const CENTER_X: u32 = 0x0101_01a2;
const CENTER_Y: u32 = 0x0101_01a3;
const RADIUS: u32 = 0x0101_01a4;
const TILE_MODE: u32 = 0x0101_0201;
const START_X: u32 = 0x0101_0510;
const START_Y: u32 = 0x0101_0511;
const END_X: u32 = 0x0101_0512;
const END_Y: u32 = 0x0101_0513;
const OFFSET: u32 = 0x0101_0514;
const ALPHA: u32 = 0x0101_031f;

const MAX_STOPS: usize = 64;

/// A number as Android writes colours.
pub(super) fn color(number: i32, alpha: f32) -> Color {
    let [opacity, red, green, blue] = number.cast_unsigned().to_be_bytes();
    let mut color = Color::from_rgba8(red, green, blue, opacity);
    color.apply_opacity(alpha.clamp(0.0, 1.0));
    color
}

/// Colours of the system that drawings refer to.
pub(super) fn system_color(id: u32) -> Option<i32> {
    match id {
        0x0106_000b => Some(-1),
        0x0106_000c => Some(0xff00_0000_u32.cast_signed()),
        0x0106_000d => Some(0),
        _ => None,
    }
}

impl<R: Read + Seek> Artist<'_, '_, R> {
    /// What a value means as a fill; nothing if it cannot be told.
    pub(super) fn shader(
        &mut self,
        value: &Value,
        alpha: f32,
        transform: Transform,
    ) -> Result<Option<Shader<'static>>, InspectError> {
        self.shader_at(value, alpha, transform, 0)
    }

    fn shader_at(
        &mut self,
        value: &Value,
        alpha: f32,
        transform: Transform,
        depth: u32,
    ) -> Result<Option<Shader<'static>>, InspectError> {
        if depth > Icons::MAX_NESTING {
            return Ok(None);
        }
        match value {
            Value::Number(number) => Ok(Some(Shader::SolidColor(color(*number, alpha)))),
            Value::Reference(id) => {
                let values = self.values(*id)?;
                match values.first() {
                    Some(value) => self.shader_at(value, alpha, transform, depth + 1),
                    None => Ok(None),
                }
            }
            Value::Text(path) => match self.open_node(path)? {
                Some(node) if node.name == "gradient" => self.gradient(&node, alpha, transform),
                Some(node) if node.name == "selector" => {
                    let Some(last) = node.children.last() else {
                        return Ok(None);
                    };
                    let alpha = alpha * last.number(ALPHA).unwrap_or(1.0);
                    match last.get(COLOR).cloned() {
                        Some(value) => self.shader_at(&value, alpha, transform, depth + 1),
                        None => Ok(None),
                    }
                }
                _ => Ok(None),
            },
            _ => Ok(None),
        }
    }

    fn gradient(
        &mut self,
        node: &Node,
        alpha: f32,
        transform: Transform,
    ) -> Result<Option<Shader<'static>>, InspectError> {
        let stops = self.stops(node, alpha)?;
        let number = |id| node.number(id).unwrap_or_default();
        let mode = match number(TILE_MODE) {
            1.0 => SpreadMode::Repeat,
            2.0 => SpreadMode::Reflect,
            _ => SpreadMode::Pad,
        };
        Ok(match number(TYPE) {
            0.0 => {
                let start = Point::from_xy(number(START_X), number(START_Y));
                let end = Point::from_xy(number(END_X), number(END_Y));
                LinearGradient::new(start, end, stops, mode, transform)
            }
            1.0 => {
                let center = Point::from_xy(number(CENTER_X), number(CENTER_Y));
                let radius = number(RADIUS);
                RadialGradient::new(center, 0.0, center, radius, stops, mode, transform)
            }
            _ => None,
        })
    }

    fn stops(&mut self, node: &Node, alpha: f32) -> Result<Vec<GradientStop>, InspectError> {
        let ends = [(START_COLOR, 0.0), (CENTER_COLOR, 0.5), (END_COLOR, 1.0)];
        let mut given: Vec<(f32, Value)> = Vec::new();
        for item in node.children.iter().filter(|child| child.name == "item").take(MAX_STOPS) {
            let value = item.get(COLOR).cloned().unwrap_or_default();
            given.push((item.number(OFFSET).unwrap_or_default(), value));
        }
        if given.is_empty() {
            given.extend(ends.iter().filter_map(|(id, at)| Some((*at, node.get(*id)?.clone()))));
        }
        let mut stops = Vec::new();
        for (at, value) in given {
            let plain = Transform::identity();
            if let Some(Shader::SolidColor(color)) = self.shader_at(&value, alpha, plain, 1)? {
                stops.push(GradientStop::new(at, color));
            }
        }
        Ok(stops)
    }
}
