// The code that takes a build to a phone, once; what does not install; and who downloaded what.
"use strict";

const assert = require("node:assert/strict");

const { audit } = require("./audit.cjs");
const { scan } = require("./install.cjs");
const { ANDROID, IPHONE, PHONE, signedIn } = require("./visitors.cjs");

const HANDSET = { viewport: PHONE, userAgent: IPHONE, hasTouch: true, isMobile: true };
const NOTES = "## Faster\n\nStarts in **half** the time: see `launch.swift`.\n\n- Fixes the [crash](https://example.org)\n  - on iPads too\n- [x] Tested\n\n1. Open\n2. Look\n\n> Thanks to all\n\n```\nlet a = 1\n```\n\n| Device | ms |\n|---|---|\n| iPhone | 120 |";

async function aCodeWorksOnOnePhoneOnce(world) {
  const { pathname } = new URL(world.newer);
  const desk = await signedIn(world, pathname);
  const code = await scan(desk);
  const phone = await world.visitors.come(HANDSET);
  await phone.goto(code);
  await audit(phone, "phone-code", world);
  await phone.getByRole("button", { name: "Show the build" }).click();
  await phone.waitForURL(world.newer);
  // Icon, name, version, size and button are in sight at once.
  for (const part of [phone.locator(".build-head img"), phone.locator(".build-head h1"), phone.locator(".build-head .small"), phone.getByRole("link", { name: "Install" })]) {
    const box = await part.boundingBox();
    assert.ok(box.y >= 0 && box.y + box.height <= PHONE.height, `${part} is not in sight`);
  }
  assert.equal(await phone.getByText(/Copy install link/).isVisible(), false);
  await phone.getByText("If it does not install or start").click();
  await audit(phone, "build-on-phone", world);

  const other = await world.visitors.come(HANDSET);
  assert.equal((await other.goto(code)).status(), 410);
  await other.getByRole("heading", { name: "This code is over" }).waitFor();
  await audit(other, "phone-code-over", world);
  // The way in for testers is a tap away, here and where people sign in.
  await other.getByRole("link", { name: "Test without an account" }).click();
  assert.equal(new URL(other.url()).searchParams.get("path"), pathname);
  await other.goto(world.newer);
  await other.getByRole("link", { name: "Test without an account" }).click();
  assert.equal(new URL(other.url()).pathname, "/t");
}

async function aPageThatStaysOpenShowsFreshCodes(world) {
  const desk = await signedIn(world, "/");
  await desk.clock.install();
  await desk.goto(world.newer);
  const first = await scan(desk);
  const picture = desk.locator("img[data-renew]");
  await desk.clock.fastForward("03:00");
  assert.doesNotMatch(await picture.getAttribute("src"), /at=/);
  const renewed = desk.waitForResponse((answer) => answer.url().includes("qr.svg?at="));
  await desk.clock.fastForward("01:30");
  assert.equal((await renewed).status(), 200);
  await desk.waitForFunction(() => document.querySelector("img[data-renew]").complete);
  const second = await scan(desk);
  assert.ok(second.startsWith(`${world.distribution}/p/`) && second !== first, second);
}

async function whatDoesNotInstallSaysSo(world) {
  const page = await signedIn(world, "/admin");
  await page.getByLabel("Package").setInputFiles(world.packages.unsigned);
  await page.getByLabel("What is new").fill(NOTES);
  await page.getByRole("button", { name: "Upload" }).click();
  await page.waitForURL("**/builds/*");
  await page.getByText("This build cannot be installed").waitFor();
  assert.equal(await page.getByRole("link", { name: "Install" }).count(), 0);
  assert.equal(await page.locator(".side").count(), 0);
  await page.getByRole("link", { name: "Download the file" }).waitFor();
  for (const tag of ["h3", "ul ul li", "ol li", "blockquote", "pre code", "table td"]) {
    assert.ok(await page.locator(`.notes ${tag}`).count() > 0, tag);
  }
  await audit(page, "build-refused", world);
}

async function developersSeeWhoDownloaded(world) {
  const page = await signedIn(world, new URL(world.android).pathname);
  const phone = await world.visitors.come({ ...HANDSET, userAgent: ANDROID });
  await phone.goto(await page.locator(".side button[data-copy]").getAttribute("data-copy"));
  const download = phone.waitForEvent("download");
  await phone.getByRole("link", { name: "Install" }).click();
  await (await download).path();

  await page.goto(`${world.distribution}/android`);
  await page.locator('a[href^="/admin/apps/"]').first().click();
  await page.getByRole("link", { name: "Downloads" }).click();
  await page.getByText("Pixel 9 · Android 15").first().waitFor();
  assert.ok(await page.getByRole("row").count() > 1);
  await page.getByLabel("Build").selectOption({ index: 1 });
  await page.getByRole("button", { name: "Show" }).click();
  await page.getByText("Somebody with an install link").first().waitFor();
  await audit(page, "downloads", world);
}

module.exports = [
  aCodeWorksOnOnePhoneOnce,
  aPageThatStaysOpenShowsFreshCodes,
  whatDoesNotInstallSaysSo,
  developersSeeWhoDownloaded,
];
