// Everything by keyboard alone, and it is always seen where one is.
"use strict";

const assert = require("node:assert/strict");

// Presses Tab until `wanted` has the focus; each stop on the way must be seen.
async function tabTo(page, wanted) {
  for (let stops = 0; stops < 30; stops += 1) {
    await page.keyboard.press("Tab");
    await isSeen(page);
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
  }
  assert.fail(`the keyboard does not lead to ${wanted}`);
}

async function isSeen(page) {
  const [html, outline, inside] = await page.evaluate(() => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
    const { top, bottom } = document.activeElement.getBoundingClientRect();
    const drawn = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    return [document.activeElement.outerHTML.slice(0, 120), drawn, bottom > 0 && top < innerHeight];
  });
  assert.ok(outline && inside, `the focus is not seen on ${html}`);
}

async function theKeyboardIsEnough(world) {
  const page = await world.visitors.come();
  // Listened for from the beginning: Chromium is told to hand choosers over, which takes a moment.
  const choice = new Promise((chosen) => { page.on("filechooser", chosen); });
  await page.goto(`${world.distribution}/admin`);
  // The field to begin with has the focus already.
  await isSeen(page);
  await page.keyboard.type("ada");
  await page.keyboard.press("Tab");
  await page.keyboard.type(world.password);
  await page.keyboard.press("Enter");
  await page.waitForURL(`${world.distribution}/admin`);

  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to content" });
  assert.ok(await skip.evaluate((link) => link === document.activeElement));
  await isSeen(page);
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByLabel("Package"));
  await page.keyboard.press("Enter");
  await (await choice).setFiles(world.packages.android);
  await tabTo(page, page.getByLabel("Channel"));
  await page.keyboard.type("nightly");
  await tabTo(page, page.getByRole("button", { name: "Upload" }));
  await page.keyboard.press("Enter");
  await page.waitForURL(world.android);
  assert.match(await page.locator("main").innerText(), /nightly/);

  await tabTo(page, page.getByRole("button", { name: "Sign out" }));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Apps for testing" }).waitFor();
}

module.exports = [theKeyboardIsEnough];
