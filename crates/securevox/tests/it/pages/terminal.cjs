// Holds a camera in front of lines of half blocks, drawn light on a dark terminal.
"use strict";

const readline = require("node:readline");
const jsqr = require("jsqr");

const SIDE = 4;
const HALVES = { "█": [1, 1], "▀": [1, 0], "▄": [0, 1], " ": [0, 0] };

function read(lines) {
  const modules = lines.flatMap((line) => [0, 1].map((half) => [...line].map((block) => HALVES[block][half])));
  const [width, height] = [modules[0].length * SIDE, modules.length * SIDE];
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const light = modules[Math.floor(y / SIDE)][Math.floor(x / SIDE)] * 255;
      pixels.set([light, light, light, 255], (y * width + x) * 4);
    }
  }
  return jsqr(pixels, width, height)?.data;
}

readline.createInterface({ input: process.stdin }).once("line", (line) => {
  process.stdout.write(`${JSON.stringify({ read: read(JSON.parse(line).lines) ?? null })}\n`);
});
