// What holds for every page, looked at in both themes, at the width of a phone and of a desk, and
// in both languages: axe finds nothing, nothing is cut off, and it is light.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const axe = require("axe-core");

const { DESK, PHONE } = require("./visitors.cjs");

// A desk at 200 % on a small screen; nothing that people read is narrower.
const ZOOMED = { width: 320, height: 640 };
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const LIGHT_ENOUGH = 100_000;

// `again: false` is for answers to forms, which cannot be loaded a second time.
async function audit(page, name, world, { again = true, most = LIGHT_ENOUGH } = {}) {
  await inAllLooks(page, name, world);
  await isLight(page, name, most);
  if (!again) return;
  const { origin } = new URL(page.url());
  const italian = { name: "securevox-language", value: "it", url: origin };
  await page.context().addCookies([italian]);
  await page.reload();
  assert.equal(await page.locator("html").getAttribute("lang"), "it", name);
  await inAllLooks(page, `${name}-it`, world, ["light"]);
  await page.context().addCookies([{ ...italian, value: "en" }]);
  await page.reload();
}

async function inAllLooks(page, name, { screenshots, say }, themes = ["light", "dark"]) {
  const before = page.viewportSize();
  await page.evaluate(axe.source);
  for (const [width, size] of Object.entries({ phone: PHONE, desk: DESK })) {
    await page.setViewportSize(size);
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme });
      const look = `${name}-${width}-${colorScheme}`;
      await finds(page, look);
      // A long page takes axe a while: whoever waits for us knows that we go on.
      say({ look });
      if (screenshots) {
        fs.mkdirSync(screenshots, { recursive: true });
        await page.screenshot({ path: path.join(screenshots, `${look}.png`), fullPage: true });
      }
    }
    await fits(page, `${name}-${width}`);
  }
  await page.setViewportSize(ZOOMED);
  await fits(page, `${name}-zoomed`);
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize(before);
}

async function finds(page, look) {
  const { violations } = await page.evaluate(
    (values) => globalThis.axe.run(document, { runOnly: { type: "tag", values }, resultTypes: ["violations"] }),
    TAGS,
  );
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 5).map((node) => `${node.html} (${node.any[0]?.message ?? ""})`).join(", ")}`);
  assert.deepEqual(told, [], look);
}

async function fits(page, look) {
  const [content, view] = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return [scrollWidth, clientWidth];
  });
  assert.ok(content <= view, `${look} scrolls sideways: ${content} in ${view}`);
}

async function isLight(page, name, most) {
  const bytes = await page.evaluate(() => {
    const files = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    const counted = files.filter(({ initiatorType }) => ["navigation", "link", "script"].includes(initiatorType));
    return counted.reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0);
  });
  assert.ok(bytes > 0 && bytes < most, `${name} weighs ${bytes} bytes`);
}

module.exports = { audit };
